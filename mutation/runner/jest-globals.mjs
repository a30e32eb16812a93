// What the specs import from `@jest/globals`: jest's own parts, without the process that jest makes for
// each file.
import ofJest from '../../scripts/of-jest.cjs';

const circus = ofJest('jest-circus');
const { ModuleMocker } = ofJest('jest-mock');
const { jestExpect } = ofJest('@jest/expect');
const mocker = new ModuleMocker(globalThis);

export const { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } = circus;
export const expect = jestExpect;
export const jest = {
  fn: mocker.fn.bind(mocker),
  spyOn: mocker.spyOn.bind(mocker),
  restoreAllMocks: mocker.restoreAllMocks.bind(mocker),
};

// registerMatchers of `nestjs-trusted-issuers/testing/jest` takes the global one.
globalThis.expect = expect;
