import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { typeFaults } from '../support/type-faults.js';
import { blocksOf, ROOT } from './markdown.js';

const GENERATED = `${ROOT}test/docs/.generated/examples/`;

/** The names that people type first. */
const NAMES = [
  'AccessTokenVerifier',
  'AuthModule',
  'CurrentIdentity',
  'Identity',
  'JwtAuthGuard',
  'OptionalAuth',
  'Public',
  'RequireRoles',
  'RequireScopes',
  'callerOf',
  'createTestIssuer',
  'overrideAuth',
  'shouldRefresh',
];

/** What an editor imports by itself. `AppModule` is the application’s. */
const IMPORTS = `
import { type CanActivate, type ExecutionContext, Get, type INestApplicationContext, Post, UseGuards } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AccessTokenVerifier, AuthModule, callerOf, CurrentIdentity, type Identity, JwtAuthGuard, OptionalAuth, Public, RequireRoles, RequireScopes } from 'nestjs-trusted-issuers';
import { shouldRefresh } from 'nestjs-trusted-issuers/client';
import { createTestIssuer, overrideAuth } from 'nestjs-trusted-issuers/testing';
export class AppModule {}
`;

interface Example {
  readonly name: string;
  readonly text: string;
}

const EXAMPLES = sources(`${ROOT}src`).flatMap(examplesIn);

afterAll(() => rmSync(GENERATED, { recursive: true }));

describe('Examples in TSDoc', () => {
  it('are there for the names that people type first', () => {
    expect(EXAMPLES.map(({ name }) => name).toSorted()).toEqual(NAMES);
  });

  it('are one block of 3 to 6 lines, which uses what it explains', () => {
    for (const { name, text } of EXAMPLES) {
      const [block, ...others] = blocksOf(`${text}\n`);
      expect([name, block?.language, others]).toEqual([name, 'ts', []]);
      expect([name, block?.text]).toEqual([name, expect.stringContaining(name)]);
      const lines = block?.text.trimEnd().split('\n').length ?? 0;
      expect([name, lines]).toEqual([name, Math.min(Math.max(lines, 3), 6)]);
    }
  });

  it('compile, strictly', () => {
    mkdirSync(GENERATED, { recursive: true });
    const written = EXAMPLES.map(({ name, text }) => {
      writeFileSync(`${GENERATED}${name}.ts`, `${IMPORTS}${blocksOf(`${text}\n`)[0]?.text ?? ''}`);
      return `${GENERATED}${name}.ts`;
    });
    expect(typeFaults(written)).toEqual([]);
  }, 120_000);
});

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

/** As an editor reads them, which takes a decorator behind white space for the end of the example. */
function examplesIn(file: string): Example[] {
  const text = readFileSync(file, 'utf8');
  if (!text.includes('@example')) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) =>
    ts
      .getJSDocTags(statement)
      .filter(({ tagName }) => tagName.text === 'example')
      .map(({ comment }) => ({
        name: nameOf(statement),
        text: ts.getTextOfJSDocComment(comment) ?? '',
      })),
  );
}

function nameOf(statement: ts.Statement): string {
  const declared = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations[0]
    : (statement as ts.DeclarationStatement);
  return declared?.name?.getText() ?? '';
}
