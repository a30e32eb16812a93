import 'nestjs-trusted-issuers/testing/vitest';
