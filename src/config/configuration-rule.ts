import { ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import type { ConfigurationFault } from './configuration.error.js';

/** What a rule found: the path is relative to the member it was asked about. */
export interface Finding extends ConfigurationFault {
  /** Something is missing, which is no news where an option there could not be read or understood. */
  readonly isAbsence?: boolean;
}

/** Judges the value of one member; knows its siblings by the object they stand in. */
export type Rule<Dto extends object = object> = (value: unknown, dto: Dto) => Iterable<Finding>;

type MemberDecorator<Dto extends object> = (dto: Dto, member: string) => void;

/** Said of everything that throws when it is looked at: getters, proxies, revoked proxies. */
export const UNREADABLE = 'cannot be read. Give a plain value.';

const CONSTRAINT = 'obeys';

/** A finding at the member itself, or below it at a relative path such as `[2]`. */
export function finding(message: string, path = ''): Finding {
  return { path, message };
}

/** The member must obey a rule, which is asked about an absent member (`undefined`) too. */
export function Obeys<Dto extends object>(rule: Rule<Dto>): MemberDecorator<Dto> {
  const findings = (value: unknown, dto: Dto): readonly Finding[] => {
    try {
      return [...rule(value, dto)];
    } catch {
      return [finding(UNREADABLE)];
    }
  };
  return ValidateBy({
    name: CONSTRAINT,
    validator: {
      validate: (value, args) => findings(value, args?.object as Dto).length === 0,
      defaultMessage: (args) => packed(findings(args?.value, args?.object as Dto)),
    },
  });
}

/** The member may be absent; otherwise it must obey a rule. */
export function ObeysIfGiven<Dto extends object>(rule: Rule<Dto>): MemberDecorator<Dto> {
  return (dto, member) => {
    ValidateIf((_dto, value) => value !== undefined)(dto, member);
    Obeys(rule)(dto, member);
  };
}

/** The member holds options of its own, or a list of such. */
export function HasOptions<Dto extends object>(rule: Rule<Dto> = () => []): MemberDecorator<Dto> {
  return (dto, member) => {
    ValidateNested()(dto, member);
    Obeys(rule)(dto, member);
  };
}

/**
 * class-validator carries what a constraint found as one string; a rule may find several faults, so
 * they travel as JSON. The dollar sign is escaped because class-validator fills in `$value` and the like.
 */
function packed(findings: readonly Finding[]): string {
  return JSON.stringify(findings).replaceAll('$', String.raw`\u0024`);
}

/** What a rule reads beside its own member; `undefined` when that throws, which is said there. */
export function attempt<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The findings in what class-validator reports of one member. */
export function findingsIn(constraints: Record<string, string> | undefined): readonly Finding[] {
  const packedFindings = constraints?.[CONSTRAINT];
  return packedFindings === undefined ? [] : (JSON.parse(packedFindings) as Finding[]);
}
