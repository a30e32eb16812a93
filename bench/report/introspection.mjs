import { figure, number, paragraphs, table } from './format.mjs';

/** @param {any} result of the introspection section */
export function introspectionReport({ latencyMs, cap, hot, crowd, flood }) {
  return paragraphs(
    '## Introspection',
    `The endpoint answers after ${latencyMs} ms. CPU per request of a token that was seen before, in µs:`,
    table(
      ['adapter', 'opaque, answer remembered', 'JWT, verified before', 'of the JWT’s'],
      hot.map(({ adapter, opaque, jwt, opaqueOfJwt }) => [
        adapter,
        figure(opaque),
        figure(jwt),
        figure(opaqueOfJwt),
      ]),
    ),
    `${number(crowd.requests)} requests at once with one new token: ${number(crowd.accepted)} accepted, ${crowd.calls} call${crowd.calls === 1 ? '' : 's'} to the endpoint.`,
    `${number(flood.perSecond)} bad tokens a second to a server that has answered some thousands of each kind before, and what 99 of 100 JWTs of another issuer take at most: ${figure(flood.randomMs)} ms beside random tokens, each of which may be sent to its issuer, and ${figure(flood.malformedMs)} ms beside malformed ones, which are never sent; ${figure(flood.bareMs)} ms where a guard sends each random token by \`node:http\` and does nothing else with it. At most ${flood.greatestUnderWay} calls ran at the same time (\`maxConcurrent\`: ${cap}).`,
  );
}
