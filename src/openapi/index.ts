export { type AuthDocumentOptions, documentAuth } from './document-auth.js';
