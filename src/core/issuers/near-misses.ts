import { readTenantIssuer } from '../../config/tenant-template.js';
import { differenceBetween, hostlessForm, looseForm } from '../refusals/near-miss.js';
import type { TrustedIssuer } from './trusted-issuer.js';

/** A trusted issuer that an untrusted one almost equals. */
export interface NearMiss {
  readonly trusted: string;
  /** How they differ, without quoting the untrusted one. */
  readonly difference: string;
  /** They differ in the host too, so the untrusted one may be another party's. */
  readonly isElsewhere: boolean;
}

/** Finds the trusted issuer that an untrusted one probably means. Never decides about a token. */
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
    // Not misspelled: it is a tenant that the template does not list.
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
