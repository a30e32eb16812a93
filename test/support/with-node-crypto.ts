import { choose } from './chosen-options.js';

choose({ signatureVerifier: 'node:crypto' });
