import { expect } from '@jest/globals';
import { registerMatchers } from 'nestjs-trusted-issuers/testing/jest';

registerMatchers(expect);
