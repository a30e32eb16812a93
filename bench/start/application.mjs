// Starts one application and says what that took. In a process of its own, because what is imported
// once is not imported again.
const [withModule, adapter] = process.argv.slice(2);
const { createApplication } = await import('../http/application.mjs');
const guarding =
  withModule === 'with-module' ? await guarded() : { guard: { canActivate: () => true } };
const imported = usage();
const application = await createApplication(guarding, adapter);
await application.init();
const started = usage();
process.send({ imported, started }, () => process.exit());

async function guarded() {
  const { AuthModule, JwtAuthGuard } = await import('../../dist/esm/index.js');
  const audience = 'https://api.example.com';
  const issuers = ['https://login.example.com', 'https://partner.example.com'];
  return { module: AuthModule.forRoot({ audience, issuers }), guard: JwtAuthGuard };
}

/** Since the process began. */
function usage() {
  const { user, system } = process.cpuUsage();
  return {
    cpuMs: (user + system) / 1_000,
    wallMs: performance.now(),
    residentBytes: process.memoryUsage.rss(),
  };
}
