import type { TrustedIssuer } from '../core/issuers/trusted-issuer.js';

/** What lies under a failure, outermost first, each said once. The core's messages hold no secret. */
export function causesOf(error: unknown): readonly string[] {
  const messages = new Set<string>();
  for (const { message, code } of chain(error))
    messages.add(code === undefined || message.includes(code) ? message : `${message} (${code})`);
  return [...messages].filter((message) => message !== '');
}

/** Why an issuer's keys are not available: the failure, and the error of its key source's last fetch. */
export function failuresOf(error: unknown, { keys }: TrustedIssuer): readonly string[] {
  return [...causesOf(error), keys.status().lastError?.message ?? []].flat();
}

interface Link {
  readonly message: string;
  readonly code: string | undefined;
}

/** Failures refer to others by `cause` and, where several were tried, by `errors`. */
function chain(error: unknown, depth = 0): readonly Link[] {
  if (depth > 8 || typeof error !== 'object' || error === null) return [];
  const { message, code, cause, errors, reason } = error as Record<string, unknown>;
  // The message of several failures only joins theirs.
  const own = Array.isArray(errors) ? [] : [message, reason];
  const text = own.find((candidate) => typeof candidate === 'string') ?? '';
  return [
    {
      message: text as string,
      code: typeof code === 'string' && reason === undefined ? code : undefined,
    },
    ...(Array.isArray(errors) ? errors.flatMap((one) => chain(one, depth + 1)) : []),
    ...chain(cause, depth + 1),
  ];
}
