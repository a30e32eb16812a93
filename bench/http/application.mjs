import { Controller, Get, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/**
 * The smallest application that has something to guard.
 *
 * @param {import('../contestants/index.mjs').Guarding} guarding
 * @param {'express' | 'fastify'} adapter
 */
export async function createApplication({ module: guardModule, guard, middleware }, adapter) {
  const module = {
    module: NotesModule,
    imports: guardModule ? [guardModule] : [],
    controllers: [controllerWith(guard)],
  };
  const application = await NestFactory.create(module, await adapterOf(adapter), { logger: false });
  if (middleware) application.use(middleware);
  return application;
}

/** @param {'express' | 'fastify'} adapter */
export async function adapterOf(adapter) {
  if (adapter === 'fastify') {
    const { FastifyAdapter } = await import('@nestjs/platform-fastify');
    return new FastifyAdapter();
  }
  const { ExpressAdapter } = await import('@nestjs/platform-express');
  return new ExpressAdapter();
}

/** Nest asks for nothing but a constructor. */
function NotesModule() {}

/** Decorators by hand: this is JavaScript without a build step. */
function controllerWith(guard) {
  class NotesController {
    list() {
      return { notes: [] };
    }
  }
  Controller()(NotesController);
  if (guard) UseGuards(guard)(NotesController);
  const { prototype } = NotesController;
  Get()(prototype, 'list', Object.getOwnPropertyDescriptor(prototype, 'list'));
  return NotesController;
}
