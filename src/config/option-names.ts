import { getMetadataStorage } from 'class-validator';

/** The names of the options a DTO has rules for. */
export function optionNames(dto: new (...args: never[]) => object): readonly string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', true, false);
  return [...new Set(rules.map((rule) => rule.propertyName))];
}
