import type { OpenAPIObject } from '@nestjs/swagger';
import { AUTHENTICATE_HINT, errorOfStatus } from '../core/refusals/refusal-bodies.js';
import { problemDetailsOf, PROBLEM_TYPE } from '../core/refusals/problem-details.js';
import { presentRefusal, type RefusalPresentation } from '../core/refusals/refusal-presentation.js';
import {
  REFUSALS,
  refusalRow,
  type RefusalCode,
  type RefusalRow,
} from '../core/refusals/refusal-table.js';

type Components = NonNullable<OpenAPIObject['components']>;
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Response = Operation['responses'][string];

const PROBLEM = 'ProblemDetails';
const CHALLENGE = 'WWW-Authenticate';
const RETRY_AFTER = 'Retry-After';

/** The refusals of one application as an OpenAPI document has them: shared components, and references to them. */
export class RefusalComponents {
  constructor(private readonly presentation: RefusalPresentation) {}

  /** The codes an application sends; which depends on `disclosure`. */
  codes(): RefusalCode[] {
    const minimal = this.presentation.disclosure === 'minimal';
    return (Object.keys(REFUSALS) as RefusalCode[]).filter((code) =>
      minimal ? !refusalRow(code).hiddenWhenMinimal : code !== 'token_invalid',
    );
  }

  /** What every response refers to. */
  components(): Components {
    const codes = this.codes();
    const statuses = [...new Set(codes.map((code) => refusalRow(code).status))];
    const { problemDetails = false } = this.presentation;
    return {
      schemas: {
        ...Object.fromEntries(statuses.map((status) => [schemaName(status), this.schema(status)])),
        ...(problemDetails && { [PROBLEM]: problemSchema(codes) }),
      },
      examples: Object.fromEntries(codes.map((code) => [code, this.example(code)])),
      headers: {
        [CHALLENGE]: {
          description: 'The challenge (RFC 6750 section 3).',
          schema: { type: 'string' },
        },
        [RETRY_AFTER]: {
          description:
            'Seconds after which the same request may succeed (RFC 9110 section 10.2.3).',
          schema: { type: 'integer' },
        },
      },
    };
  }

  /** The response with the refusals of one status. */
  response(status: RefusalRow['status'], codes: readonly RefusalCode[], note?: string): Response {
    const { problemDetails = false } = this.presentation;
    const header = status === 503 ? RETRY_AFTER : CHALLENGE;
    const listed = codes.map((code) => `\`${code}\``).join(', ');
    return {
      description: [
        `${errorOfStatus(status)}: ${listed}.`,
        ...(note === undefined ? [] : [note]),
      ].join(' '),
      headers: { [header]: { $ref: `#/components/headers/${header}` } },
      content: {
        'application/json': {
          schema: { $ref: `#/components/schemas/${schemaName(status)}` },
          examples: Object.fromEntries(
            codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
          ),
        },
        ...(problemDetails && {
          [PROBLEM_TYPE]: {
            schema: { $ref: `#/components/schemas/${PROBLEM}` },
            example: problemDetailsOf(
              presentRefusal(codes[0] as RefusalCode, this.presentation).body,
              this.presentation.errorUri,
            ),
          },
        }),
      },
    };
  }

  private example(code: RefusalCode): NonNullable<Components['examples']>[string] {
    const { body, challenge } = presentRefusal(code, this.presentation);
    const { message, when } = refusalRow(code);
    const header = challenge === undefined ? '' : ` \`${CHALLENGE}: ${challenge}\``;
    return { summary: message, description: `When: ${when}.${header}`, value: body };
  }

  private schema(status: RefusalRow['status']): NonNullable<Components['schemas']>[string] {
    const codes = this.codes().filter((code) => refusalRow(code).status === status);
    const { challenges } = refusalRow(codes[0] as RefusalCode);
    return {
      type: 'object',
      additionalProperties: false,
      required: ['status', 'error', 'message', 'code'],
      properties: {
        status: { type: 'integer', enum: [status] },
        error: { type: 'string', enum: [errorOfStatus(status)] },
        message: { type: 'string' },
        code: { type: 'string', enum: codes },
        ...(challenges && {
          authenticateHint: { type: 'string', pattern: AUTHENTICATE_HINT.source },
        }),
      },
    };
  }
}

function problemSchema(codes: readonly RefusalCode[]): NonNullable<Components['schemas']>[string] {
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'code'],
    properties: {
      type: { type: 'string', format: 'uri-reference' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      code: { type: 'string', enum: [...codes] },
      authenticateHint: { type: 'string', pattern: AUTHENTICATE_HINT.source },
    },
  };
}

/** `UnauthorizedRefusal` and the like. */
function schemaName(status: RefusalRow['status']): string {
  return `${errorOfStatus(status).replaceAll(' ', '')}Refusal`;
}
