import { shownValue } from '../core/util/shown-value.js';
import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { elementsOption, listOption, optionsOf, refuseOption } from './preset-options.js';

/** Options of {@link awsAlb}. */
export interface AwsAlbOptions {
  /**
   * ARNs of the load balancers, compared with `signer` of the header. Mandatory: the load balancers of all
   * customers in a region publish their keys in one place.
   */
  readonly arn: string | readonly string[];
  /** The `iss` of the identity provider that the listener logs users in with: `https://cognito-idp.REGION.amazonaws.com/POOL` for a user pool. */
  readonly issuer: string;
  /** Client ids of the listener at that provider, compared with `client` of the header. Mandatory. */
  readonly clientIds: string | readonly string[];
  /** Region of the load balancers. Default the one in {@link arn}; it is only compared with that. */
  readonly region?: string;
}

/**
 * User claims of an AWS Application Load Balancer that logs users in, which it sends in `x-amzn-oidc-data`.
 * Read them with `tokenSources: [{ header: 'x-amzn-oidc-data' }]`.
 *
 * They have the `iss` of the identity provider and no `aud`; who made them is in the header, in `signer` and
 * `client`. Access tokens of that provider have the same `iss`, and one module can't trust both.
 *
 * - The header, the keys by `kid`, GovCloud:
 *   https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html#user-claims-encoding
 * - `kid`, `signer` and `client`, `iss` and `exp` in the claims, padded segments:
 *   https://github.com/awslabs/aws-jwt-verify/blob/main/src/alb-verifier.ts
 *
 * @throws AuthConfigurationError when no load balancer or client is named, an ARN is malformed, or they are not
 * of one region.
 */
export function awsAlb(options: AwsAlbOptions): TrustedIssuerConfig {
  const known = { arn: true, issuer: true, clientIds: true, region: true } as const;
  const { arn, issuer, clientIds, region } = optionsOf('awsAlb', options, known);
  const arns = listOption('awsAlb.arn', arn, 'Name the load balancer.', arnOption);
  return {
    issuer,
    audience: null,
    algorithms: ['ES256'],
    allowPadding: true,
    keys: { publicKeyUri: keysIn(regionOf(arns, region)) },
    requiredHeader: {
      signer: arns,
      client: listOption('awsAlb.clientIds', clientIds, 'Name the client of the listener.'),
    },
  };
}

/** Not of the partition for China: where its keys are is not documented in a place we could read. */
const ARN =
  /^arn:aws(?:-us-gov)?:elasticloadbalancing:([a-z]{2}-(?:gov-)?[a-z]+-\d):\d+:loadbalancer\/app\/[\w-]+\/\w+$/;

function arnOption(path: string, value: string): string {
  if (ARN.test(value)) return value;
  const example =
    'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/name/0123456789abcdef';
  return refuseOption(
    path,
    `${shownValue(value)} is not the ARN of an Application Load Balancer. Write it like "${example}".`,
  );
}

function regionOf(arns: readonly string[], given: string | undefined): string {
  const named = arns.map((arn) => ARN.exec(arn)?.[1] ?? '');
  const [region = '', ...others] = new Set([...named, ...elementsOption('awsAlb.region', given)]);
  if (others.length === 0) return region;
  return refuseOption(
    'awsAlb.region',
    `the load balancers are not all in one region: ${[region, ...others].join(', ')}. Each region has keys of its own; one issuer can have one.`,
  );
}

function keysIn(region: string): string {
  if (region.startsWith('us-gov-'))
    return `https://s3-${region}.amazonaws.com/aws-elb-public-keys-prod-${region}/{kid}`;
  return `https://public-keys.auth.elb.${region}.amazonaws.com/{kid}`;
}
