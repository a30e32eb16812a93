// Specs that are loaded once and run many times, by jest's own circus. jest would load Nest again for each
// file and each mutant, which takes longer than most of its tests.
import { pathToFileURL } from 'node:url';
import ofJest from '../../scripts/of-jest.cjs';

const circus = ofJest('jest-circus');
const { jestExpect } = ofJest('@jest/expect');

/** Long: on a busy machine nothing may count as a failure only because it is slow. Stryker has its own limit. */
const TEST_TIMEOUT_MS = 120_000;

/** What runs on both adapters runs on Express alone: the path does not know them. */
const LEFT_OUT = /\bon Fastify\b/;

export class LoadedSpecs {
  /** id → test, in the order of the files. */
  tests = new Map();
  #files = [];
  #watchers;

  /** @param watchers `runningIn(ids)`: code that runs from now on runs for these tests, or for none */
  constructor(watchers) {
    this.#watchers = watchers;
    circus.getState().testTimeout = TEST_TIMEOUT_MS;
    circus.addEventHandler((event) => this.#onEvent(event));
    for (const name of ['uncaughtException', 'unhandledRejection'])
      process.on(name, (error) => this.#failure(undefined, error));
  }

  /** Each file in a `describe` of its own, so that its hooks are its own. */
  async load(files, root) {
    for (const file of files) {
      const state = circus.getState();
      const outside = state.currentDescribeBlock;
      circus.describe(file, () => {
        state.fileBlock = state.currentDescribeBlock;
      });
      state.currentDescribeBlock = state.fileBlock;
      await import(pathToFileURL(`${root}/${file}`).href);
      state.currentDescribeBlock = outside;
      this.#files.push(state.fileBlock);
      this.#name(state.fileBlock, file, file);
    }
  }

  /** What failed: test id → message. Stops at the first failure when told to. */
  async run({ only, filesFirst = [], stopAtFailure }) {
    const state = circus.getState();
    const turn = ({ name }) => (filesFirst.includes(name) ? filesFirst.indexOf(name) : Infinity);
    state.rootDescribeBlock.children = this.#files.toSorted((one, other) =>
      turn(one) < turn(other) ? -1 : turn(one) > turn(other) ? 1 : 0,
    );
    this.failures = new Map();
    this.times = new Map();
    this.stopAtFailure = stopAtFailure;
    for (const [id, test] of this.tests) {
      test.errors = [];
      test.mode = (only?.has(id) ?? true) ? test.ownMode : 'skip';
    }
    state.unhandledErrors = [];
    await circus.run();
    this.#watchers.runningIn([]);
    return this.failures;
  }

  #name(block, file, path) {
    block.ids = [];
    for (const child of block.children) {
      const name = `${path} › ${child.name}`;
      if (child.type === 'describeBlock') {
        this.#name(child, file, name);
        block.ids.push(...child.ids);
      } else {
        let id = name;
        for (let again = 2; this.tests.has(id); again += 1) id = `${name} (${again})`;
        Object.assign(child, { id, file, ownMode: LEFT_OUT.test(id) ? 'skip' : child.mode });
        this.tests.set(id, child);
        block.ids.push(id);
      }
    }
  }

  #onEvent(event) {
    const { name, test, hook } = event;
    const isForAll = hook?.type.endsWith('All');
    if (name === 'hook_start' && isForAll) this.#watchers.runningIn(hook.parent.ids);
    else if (name === 'test_start') this.#watchers.runningIn([test.id]);
    else if (name === 'test_done') this.#onDone(test);
    else if (name === 'hook_failure' && isForAll)
      this.#failure(
        hook.parent.ids.find((id) => this.tests.get(id).mode !== 'skip'),
        event.error,
      );
  }

  #onDone(test) {
    this.times.set(test.id, test.duration ?? 0);
    const assertions = jestExpect.extractExpectedAssertionsErrors();
    const [error] = [...test.errors, ...assertions.map(({ error: missing }) => missing)];
    if (error !== undefined) this.#failure(test.id, Array.isArray(error) ? error[0] : error);
  }

  /** What goes wrong while no test runs may be the end of an earlier mutant, and counts for nothing. */
  #failure(id = circus.getState().currentlyRunningTest?.id, error) {
    if (id === undefined) return;
    if (!this.failures.has(id)) this.failures.set(id, String(error?.message ?? error));
    if (this.stopAtFailure) for (const test of this.tests.values()) test.mode = 'skip';
  }
}
