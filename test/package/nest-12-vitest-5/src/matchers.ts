import { registerMatchers } from 'nestjs-trusted-issuers/testing/vitest';
import { expect } from 'vitest';

registerMatchers(expect);
