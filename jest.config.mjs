// Projects that can be run by name: `npm test -- --selectProjects unit`. Tests that need one of Debian’s servers,
// or its browser, are of e2e too, and run only by `npm run check:brokers`, `check:servers` and `check:browser`.
const PROJECTS = {
  unit: '(unit|presets)/.*|[^/]*',
  e2e: '(e2e|attacks|conformance|cli|brokers|browser|servers)/.*',
  docs: '(docs|kit|examples)/.*',
};

const ENTRIES =
  'client|graphql|health|mcp|openapi|opentelemetry|presets|redis|testing|websockets|zod';

const inEach = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '/test/package/',
    '/test/kit/fixture/',
    '/test/brokers/',
    '/test/browser/',
    '/test/servers/',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^nestjs-trusted-issuers$': '<rootDir>/src/index.ts',
    '^@rekog/mcp-nest$': '<rootDir>/node_modules/@rekog/mcp-nest/src/index.ts',
    [`^nestjs-trusted-issuers/(${ENTRIES})$`]: '<rootDir>/src/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^nestjs-trusted-issuers/testing/jest$': '<rootDir>/src/testing/jest.ts',
  },
  transformIgnorePatterns: ['/node_modules/(?!@rekog/mcp-nest/src/)'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
      },
    ],
  },
};

export default {
  projects: Object.entries(PROJECTS).map(([displayName, places]) => ({
    ...inEach,
    displayName,
    testRegex: `/test/(${places})\\.(spec|suite)\\.ts$`,
  })),
  filter: '<rootDir>/scripts/test-files.cjs',
  testSequencer: '<rootDir>/scripts/test-order.cjs',
  reporters: ['default', '<rootDir>/scripts/slowest-files.cjs'],
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'v8',
  maxWorkers: '100%',
  testTimeout: 20_000,
  workerIdleMemoryLimit: '1500MB',
};
