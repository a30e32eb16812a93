import 'nestjs-trusted-issuers/testing/jest';
