export { TrustedIssuersHealthIndicator } from './trusted-issuers-health-indicator.js';
export type { IssuerHealth } from './trusted-issuers-health-indicator.js';
export type { RevocationHealth } from './trusted-issuers-health-indicator.js';
export type { TrustedIssuersHealth } from './trusted-issuers-health-indicator.js';
