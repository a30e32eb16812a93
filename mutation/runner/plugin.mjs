// Stryker's test runner for this repository: one process that loads all specs once.
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { PluginKind, commonTokens, declareClassPlugin, tokens } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached } from '@stryker-mutator/api/test-runner';
import jest from '../../jest.config.mjs';
import { LoadedSpecs } from './loaded-specs.mjs';
import { specFiles } from './spec-files.mjs';

class SpecRunner {
  static inject = tokens(commonTokens.options, commonTokens.logger);
  #stryker = (globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {});
  /** file of src/ → spec files, the one that killed last first: it mostly kills the next one, too. */
  #killers = new Map();
  /** Whether a mutant has run in this process. */
  #isUsed = false;
  /** A mutant has left something behind, such as a value that is computed once. */
  #isSpoilt = false;

  constructor(options, log) {
    this.log = log;
  }

  /** Static mutants are ignored by configuration; nothing has to be loaded again for the others. */
  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    // Without Stryker there is nobody to work for; the handlers of LoadedSpecs would keep the process.
    process.on('disconnect', () => process.exit());
    // As jest does: other packages read it.
    process.env.NODE_ENV ??= 'test';
    const root = process.cwd();
    const [{ transform }] = jest.projects;
    const [, compilerOptions] = transform['^.+\\.ts$'];
    register('./typescript-hooks.mjs', import.meta.url, {
      data: { root: pathToFileURL(`${root}/`).href, compilerOptions },
    });
    this.specs = new LoadedSpecs({ runningIn: (ids) => this.#countFor(ids) });
    await this.specs.load(specFiles(root), root);
  }

  /** Coverage of a hook for several tests counts for each of them. */
  #countFor(ids) {
    this.#stryker.currentTestId = ids.length === 0 ? undefined : ids.join('\n');
  }

  async dryRun() {
    const failures = await this.specs.run({ stopAtFailure: false });
    const tests = [...this.specs.times].map(([id, timeSpentMs]) => ({
      id,
      name: id,
      fileName: this.specs.tests.get(id).file,
      timeSpentMs,
      ...(failures.has(id) ? { status: 1, failureMessage: failures.get(id) } : { status: 0 }),
    }));
    return { status: 'complete', tests, mutantCoverage: perTest(this.#stryker.mutantCoverage) };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    // Stryker replaces the process, and tries again.
    if (this.#isSpoilt) throw new Error('An earlier mutant has left something behind');
    const isFirst = !this.#isUsed;
    this.#isUsed = true;
    const only = new Set(testFilter);
    Object.assign(this.#stryker, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
    const killers = this.#killers.get(activeMutant.fileName) ?? [];
    const failures = await this.specs.run({ only, filesFirst: killers, stopAtFailure: true });
    const { hitCount } = this.#stryker;
    Object.assign(this.#stryker, { activeMutant: undefined, hitLimit: undefined });
    const nrOfTests = this.specs.times.size;
    const [killer] = failures;
    if (killer === undefined) return { status: 'survived', nrOfTests };
    const [id, failureMessage] = killer;
    await this.#holdsWithoutMutant(id, failureMessage, isFirst);
    const file = this.specs.tests.get(id)?.file;
    this.#killers.set(activeMutant.fileName, [file, ...killers.filter((other) => other !== file)]);
    return (
      determineHitLimitReached(hitCount, hitLimit) ?? {
        status: 'killed',
        killedBy: [id],
        failureMessage,
        nrOfTests,
      }
    );
  }

  /**
   * A mutant counts as killed only by a test that passes without it, in the same process; or in a new process,
   * where no other mutant was that could have left something behind.
   */
  async #holdsWithoutMutant(id, message, isFirst) {
    const failures = await this.specs.run({ only: new Set([id]), stopAtFailure: true });
    if (failures.size === 0) return;
    if (!isFirst) throw new Error(`Fails without a mutant, too: ${id}\n${message}`);
    this.#isSpoilt = true;
  }
}

function perTest({ static: atLoad, perTest: counts }) {
  const each = {};
  for (const [ids, hits] of Object.entries(counts))
    for (const id of ids.split('\n')) {
      each[id] ??= {};
      for (const [mutant, count] of Object.entries(hits))
        each[id][mutant] = (each[id][mutant] ?? 0) + count;
    }
  return { static: atLoad, perTest: each };
}

export const strykerPlugins = [
  declareClassPlugin(PluginKind.TestRunner, 'loaded-specs', SpecRunner),
];
