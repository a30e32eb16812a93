// oxlint-disable-next-line typescript/triple-slash-reference -- needed wherever this file is compiled
/// <reference path="./class-validator-files.d.ts" />
/**
 * The five names of class-validator that are used, from the files that have them. The package's own entry
 * also loads its hundred decorators and a phone number library, which takes longer than all of ours.
 */
export { ValidateBy } from 'class-validator/cjs/decorator/common/ValidateBy.js';
export { ValidateIf } from 'class-validator/cjs/decorator/common/ValidateIf.js';
export { ValidateNested } from 'class-validator/cjs/decorator/common/ValidateNested.js';
export { getMetadataStorage } from 'class-validator/cjs/metadata/MetadataStorage.js';
export { Validator } from 'class-validator/cjs/validation/Validator.js';
export type { ValidationArguments } from 'class-validator';
