// A controller as a CommonJS dependency of the application would bring it; decorators are called by
// hand, because nothing compiles this file.
const { Controller, Get, UseGuards } = require('@nestjs/common');

/** @param {typeof import('nestjs-trusted-issuers')} library the form of the package that its file loaded */
exports.notesControllerOf = ({ CurrentIdentity, JwtAuthGuard, Public }) => {
  class NotesController {
    list(identity) {
      return { caller: identity.subject };
    }

    about() {
      return { about: 'notes' };
    }
  }
  const handler = (name, ...decorators) => {
    const descriptor = Object.getOwnPropertyDescriptor(NotesController.prototype, name);
    for (const decorate of decorators) decorate(NotesController.prototype, name, descriptor);
  };
  CurrentIdentity()(NotesController.prototype, 'list', 0);
  handler('list', Get());
  handler('about', Get('about'), Public());
  UseGuards(JwtAuthGuard)(NotesController);
  Controller('notes')(NotesController);
  return NotesController;
};

exports.required = require('nestjs-trusted-issuers');
