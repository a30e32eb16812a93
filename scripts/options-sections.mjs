// How docs/options.md is divided, and which page says more about an option.

/** In the order of the page: a heading, what the names of its options begin with, their interface. */
export const SECTIONS = [
  { title: 'The module', prefix: '', type: 'AuthModuleConfig' },
  { title: 'Beside the configuration', prefix: '', type: 'AuthModuleExtras' },
  { title: 'An issuer', prefix: 'issuers[].', type: 'TrustedIssuerConfig' },
  { title: 'Keys of an issuer', prefix: 'issuers[].keys.', type: 'IssuerKeyForms' },
  { title: 'Identity', prefix: 'issuers[].identity.', type: 'IdentityMappingConfig' },
  { title: 'What an issuer may grant', prefix: 'issuers[].mayGrant.', type: 'GrantLimitsConfig' },
  { title: 'Fetching', prefix: 'issuers[].http.', type: 'HttpConfig' },
  {
    title: 'Logout tokens of an issuer',
    prefix: 'issuers[].backChannelLogout.',
    type: 'LogoutSenderConfig',
  },
  { title: 'Introspection', prefix: 'issuers[].introspection.', type: 'IntrospectionConfig' },
  { title: 'Resolving issuers', prefix: 'resolveIssuer.', type: 'IssuerResolutionConfig' },
  { title: 'A header as token source', prefix: 'tokenSources[].', type: 'NamedHeaderSource' },
  {
    title: 'Cache of verified tokens',
    prefix: 'verifiedTokenCache.',
    type: 'VerifiedTokenCacheConfig',
  },
  { title: 'Revoking tokens', prefix: 'revocation.', type: 'RevocationConfig' },
  { title: 'Back-channel logout', prefix: 'backChannelLogout.', type: 'BackChannelLogoutConfig' },
  { title: 'Events of transmitters', prefix: 'sharedSignals.', type: 'SharedSignalsConfig' },
  { title: 'A transmitter', prefix: 'sharedSignals.transmitters[].', type: 'TransmitterConfig' },
  { title: 'Mutual TLS', prefix: 'mtls.', type: 'MtlsConfig' },
  {
    title: 'A certificate in a header',
    prefix: 'mtls.certificate.',
    type: 'CertificateHeaderConfig',
  },
  { title: 'Proofs of possession', prefix: 'dpop.', type: 'DpopConfig' },
  { title: 'Paths that a gateway rewrites', prefix: 'dpop.paths[].', type: 'DpopPathPrefix' },
  { title: 'Nonces of proofs', prefix: 'dpop.nonce.', type: 'DpopNonceConfig' },
  { title: 'Error pages', prefix: 'errorReference.', type: 'ErrorReferenceConfig' },
  {
    title: 'Metadata of the resource',
    prefix: 'resourceMetadata.',
    type: 'ResourceMetadataConfig',
  },
];

const DPOP = '[DPoP](sender-constrained.md#dpop)';
const MTLS = '[mutual TLS](sender-constrained.md#mutual-tls)';

/** Links are to pages of docs/. TSDoc has none: an editor would show a relative link that leads nowhere. */
export const GUIDES = {
  resolveIssuer: '[issuers in a database](trust-list.md#issuers-in-a-database-resolveissuer)',
  scopeImplies: '[scopes that imply others](trust-list.md#scopes-that-imply-others)',
  verifiedTokenCache: '[performance](performance.md)',
  signatureVerifier: '[what verifies signatures](signature-verifier.md)',
  revocation: '[revocation](revocation.md)',
  backChannelLogout: '[logout](logout.md)',
  sharedSignals: '[shared signals](logout.md#shared-signals)',
  scopeMatches: '[scopes with paths or wildcards](authorization.md#scopes-with-paths-or-wildcards)',
  tokenSources: '[identity-aware proxies](presets.md#identity-aware-proxies)',
  mtls: MTLS,
  dpop: DPOP,
  closeOnExpiry: '[streams that outlive a token](authorization.md#streams-that-outlive-a-token)',
  observer: '[logs, events and metrics](observability.md#events)',
  'issuers[].tenants': '[templates](trust-list.md#many-tenants-of-one-server-templates)',
  'issuers[].allowPlaceholderAudience':
    '[an audience that looks like a placeholder](presets.md#an-audience-that-looks-like-a-placeholder)',
  'issuers[].allowPadding': '[identity-aware proxies](presets.md#identity-aware-proxies)',
  'issuers[].identity':
    '[where an identity comes from](trust-list.md#where-an-identity-comes-from)',
  'issuers[].mayGrant': '[what an issuer may grant](trust-list.md#what-an-issuer-may-grant)',
  'issuers[].introspection': '[introspection](introspection.md)',
  'issuers[].mtls': MTLS,
  'issuers[].dpop': DPOP,
  'issuers[].backChannelLogout': '[logout](logout.md)',
  'issuers[].http.fetch': '[special ways to a key server](keys.md#special-ways-to-a-key-server)',
};
