import { availableParallelism, cpus, totalmem } from 'node:os';
import { versionOf } from './root-package.mjs';

const LIBRARIES = [
  ...['@nestjs/core', '@nestjs/platform-express', '@nestjs/platform-fastify', '@nestjs/passport'],
  ...['passport', 'passport-jwt', 'jsonwebtoken', 'jwks-rsa', 'express-oauth2-jwt-bearer'],
  ...['jose', 'fast-jwt', 'aws-jwt-verify', 'autocannon'],
];

/** Where and with what something was measured. */
export function environment() {
  return {
    measuredAt: new Date().toISOString(),
    node: process.version,
    openssl: process.versions.openssl,
    v8: process.versions.v8,
    machine: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    libraries: Object.fromEntries(LIBRARIES.map((name) => [name, versionOf(name)])),
  };
}
