import type { TestIssuer } from 'nestjs-trusted-issuers/testing';

/**
 * What this sample needs of an authorization server, whatever it is made of: tokens of any shape and
 * the switches for outage and rotation. The test kit's issuers have it all.
 */
export type EmbeddedIssuer = Pick<
  TestIssuer,
  'issuer' | 'kid' | 'requests' | 'sign' | 'goDown' | 'comeBack' | 'rotateKeys' | 'close'
>;
