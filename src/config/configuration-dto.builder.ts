import { AuthModuleDto, ISSUERS_EXAMPLE } from './auth-module.dto.js';
import { attempt, UNREADABLE } from './configuration-rule.js';
import { ErrorReferenceDto } from './error-reference.dto.js';
import { HttpDto } from './http.dto.js';
import { GrantLimitsDto, IdentityMappingDto } from './identity-mapping.dto.js';
import { IssuerKeysDto } from './issuer-keys.dto.js';
import { IssuerResolutionDto } from './issuer-resolution.dto.js';
import type { IssuerUses } from './issuer-uses.js';
import { readMembers, type Report } from './option-members.js';
import { optionNames } from './option-names.js';
import { isOptionsObject, memberPath } from './options-object.js';
import { kindOf } from './shown-value.js';
import { ResourceMetadataDto } from './resource-metadata.dto.js';
import { isTemplate } from './rules/tenant.rules.js';
import { issuerOfTenant } from './tenant-template.js';
import { TrustedIssuerDto } from './trusted-issuer.dto.js';
import { VerifiedTokenCacheDto } from './verified-token-cache.dto.js';

type DtoClass = new (...args: never[]) => object;
type Members = Record<string, unknown>;

/**
 * Builds the DTOs class-validator judges, reading every option once, and reports what cannot be read
 * or is not known. By hand: class-transformer would clone a `KeyObject`, which then is none any more.
 */
export class ConfigurationDtoBuilder {
  readonly #report: Report;
  readonly #uses: IssuerUses;

  constructor(report: Report, uses: IssuerUses) {
    this.#report = report;
    this.#uses = uses;
  }

  /** The module's DTO; `undefined` when the value has no options at all, which is reported. */
  authModule(config: unknown): AuthModuleDto | undefined {
    const sought =
      'a configuration. Give AuthModule an object with issuers; does the factory return it?';
    const members = this.#membersOf(AuthModuleDto, config, '', sought);
    if (members === undefined) return undefined;
    const issuers = this.#issuersOf(members['issuers'], members['audience'] !== undefined);
    const resolveIssuer = this.#nested(
      new IssuerResolutionDto(),
      members['resolveIssuer'],
      'resolveIssuer',
      'origins: ["https://…"], resolve',
    );
    const resourceMetadata = this.#nested(
      new ResourceMetadataDto(),
      members['resourceMetadata'],
      'resourceMetadata',
      'resource: "https://api.example.com"',
    );
    const cache = members['verifiedTokenCache'];
    const verifiedTokenCache =
      cache === false
        ? false
        : this.#nested(
            new VerifiedTokenCacheDto(),
            cache,
            'verifiedTokenCache',
            'maxEntries: 10000',
          );
    const errorReference = this.#nested(
      new ErrorReferenceDto(),
      members['errorReference'],
      'errorReference',
      'path: "/errors"',
    );
    const nested = {
      issuers,
      resolveIssuer,
      resourceMetadata,
      verifiedTokenCache,
      errorReference,
    };
    return Object.assign(new AuthModuleDto(), members, nested);
  }

  /** The DTO of one issuer or its exact string; `undefined` when it is neither, which is reported. */
  trustedIssuer(
    config: unknown,
    path: string,
    hasModuleAudience: boolean,
  ): TrustedIssuerDto | undefined {
    const members = this.#issuerMembersOf(config, path);
    if (members === undefined) return undefined;
    this.#addUses(members, path);
    const dto = new TrustedIssuerDto({
      hasModuleAudience,
      usedAt: (issuer, at) => this.#uses.elsewhere(issuer, path === '' ? at : `${path}.${at}`),
    });
    return Object.assign(dto, members, this.#nestedOptionsOf(members, path));
  }

  #issuersOf(issuers: unknown, hasModuleAudience: boolean): unknown {
    try {
      if (issuers === undefined) return undefined;
      if (!Array.isArray(issuers)) {
        this.#report('issuers', `${kindOf(issuers)} is not a list. ${ISSUERS_EXAMPLE}`);
        return undefined;
      }
      if (Object.keys(issuers).length < issuers.length) {
        this.#report('issuers', 'the list has holes. Give every element a value.');
        return [];
      }
      const entries: readonly unknown[] = [...issuers];
      return entries.map((entry, index) =>
        this.trustedIssuer(entry, `issuers[${index}]`, hasModuleAudience),
      );
    } catch {
      this.#report('issuers', UNREADABLE);
      return [];
    }
  }

  #issuerMembersOf(config: unknown, path: string): Members | undefined {
    if (typeof config === 'string') return { issuer: config };
    if (config === undefined) {
      this.#report(path, 'undefined is not an issuer. Is an environment variable not set?');
      return undefined;
    }
    const sought = 'an issuer. Write "https://…" or { issuer: "https://…" }.';
    return this.#membersOf(TrustedIssuerDto, config, path, sought);
  }

  #nestedOptionsOf(members: Members, path: string): Members {
    const http = this.#nested(
      new HttpDto(),
      members['http'],
      memberPath(path, 'http'),
      'timeoutMs: 5000',
    );
    const algorithms = attempt(() => stringsIn(members['algorithms']));
    const keys = new IssuerKeysDto({ allowInsecure: http?.allowInsecure === true, algorithms });
    return {
      http,
      keys: this.#nested(keys, members['keys'], memberPath(path, 'keys'), 'jwksUri: "https://…"'),
      identity: this.#nested(
        new IdentityMappingDto(),
        members['identity'],
        memberPath(path, 'identity'),
        'roles: "groups"',
      ),
      mayGrant: this.#nested(
        new GrantLimitsDto(),
        members['mayGrant'],
        memberPath(path, 'mayGrant'),
        'roles: ["partner:*"]',
      ),
    };
  }

  #nested<Dto extends object>(
    dto: Dto,
    options: unknown,
    path: string,
    example: string,
  ): Dto | undefined {
    if (options === undefined) return undefined;
    const sought = `an object with options. Write options, like { ${example} }.`;
    return Object.assign(dto, this.#membersOf(dto.constructor as DtoClass, options, path, sought));
  }

  #membersOf(dto: DtoClass, options: unknown, path: string, sought: string): Members | undefined {
    const isOptions = attempt(() => isOptionsObject(options));
    if (isOptions === undefined) {
      this.#report(path, UNREADABLE);
    } else if (!isOptions) {
      // Its kind only: a value that stands where options belong may be a secret.
      this.#report(path, `${kindOf(options)} is not ${sought}`);
    }
    return isOptions === true
      ? readMembers(options as Members, optionNames(dto), path, this.#report)
      : undefined;
  }

  #addUses(members: Members, path: string): void {
    this.#uses.add(members['issuer'], memberPath(path, 'issuer'));
    this.#addEach(members['issuerAliases'], memberPath(path, 'issuerAliases'), (alias) => alias);
    const { issuer } = members;
    if (isTemplate(issuer)) {
      this.#addEach(members['tenants'], memberPath(path, 'tenants'), (tenant) =>
        issuerOfTenant(issuer, String(tenant)),
      );
    }
  }

  #addEach(list: unknown, path: string, issuerOf: (element: unknown) => unknown): void {
    attempt(() => {
      if (!Array.isArray(list)) return;
      for (const [index, element] of Object.entries(list)) {
        this.#uses.add(issuerOf(element), `${path}[${index}]`);
      }
    });
  }
}

function stringsIn(list: unknown): readonly string[] | undefined {
  if (!Array.isArray(list)) return undefined;
  // `Object.values`, because it does not walk the holes of a list.
  return Object.values(list).filter((element): element is string => typeof element === 'string');
}
