import { readTenantIssuer } from '../../config/tenant-template.js';
import { differenceBetween, hostlessForm, looseForm } from '../refusals/near-miss.js';
import type { TrustedIssuer } from './trusted-issuer.js';

/** A trusted issuer that an untrusted one almost is. */
export interface NearMiss {
  readonly trusted: string;
  /** In what they differ, without a word of the untrusted one. */
  readonly difference: string;
  /** They differ in the host too, so that the untrusted one may be anybody's. */
  readonly isElsewhere: boolean;
}

/** Finds the trusted issuer that was meant by an untrusted one. Never asked for a decision. */
export class NearMisses {
  readonly #names = new Set<string>();
  readonly #byLooseForm = new Map<string, string>();
  readonly #byHostlessForm = new Map<string, string>();

  add(trusted: TrustedIssuer): void {
    for (const name of namesOf(trusted)) {
      this.#names.add(name);
      for (const [forms, form] of this.#formsOf(name))
        if (form !== undefined) forms.set(form, name);
    }
  }

  remove(trusted: TrustedIssuer): void {
    for (const name of namesOf(trusted)) {
      this.#names.delete(name);
      for (const [forms, form] of this.#formsOf(name))
        if (form !== undefined && forms.get(form) === name) forms.delete(form);
    }
  }

  /** @param untrusted the `iss` of an unverified token. */
  find(untrusted: string): NearMiss | undefined {
    const template = readTenantIssuer(untrusted)?.template;
    // The very string would have been trusted: it is a tenant that a template does not list.
    if (template !== undefined && this.#names.has(template)) return undefined;
    return (
      nearest(untrusted, this.#byLooseForm, looseForm) ??
      (template === undefined ? undefined : nearest(template, this.#byLooseForm, looseForm)) ??
      nearest(untrusted, this.#byHostlessForm, hostlessForm)
    );
  }

  #formsOf(name: string) {
    return [
      [this.#byLooseForm, looseForm(name)],
      [this.#byHostlessForm, hostlessForm(name)],
    ] as const;
  }
}

function nearest(
  untrusted: string,
  trustedByForm: ReadonlyMap<string, string>,
  formOf: (name: string) => string | undefined,
): NearMiss | undefined {
  const form = formOf(untrusted);
  const trusted = form === undefined ? undefined : trustedByForm.get(form);
  if (trusted === undefined || trusted === untrusted) return undefined;
  const difference = differenceBetween(untrusted, trusted);
  return { trusted, difference, isElsewhere: formOf === hostlessForm };
}

function namesOf({ policy: { issuer, acceptedIssuers } }: TrustedIssuer): ReadonlySet<string> {
  return new Set([issuer, ...acceptedIssuers]);
}
