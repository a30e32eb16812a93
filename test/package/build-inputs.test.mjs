// `npm start` makes no build again that is there already, so it must notice every change of what one is made of.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

const INPUTS = ['package.json', 'package-lock.json', 'tsconfig.json', 'scripts', 'src'];

describe('what a build is made of', () => {
  const copy = mkdtempSync(join(tmpdir(), 'build-inputs-'));
  for (const input of INPUTS) cpSync(input, join(copy, input), { recursive: true });
  after(() => rmSync(copy, { recursive: true }));

  it('is that of the last build, right after it', () => {
    assert.equal(answerIn(process.cwd(), 'isBuilt'), 'true');
  });

  it('is the same in another folder, which has no build', () => {
    assert.equal(answerIn(copy, 'hashOfInputs'), answerIn(process.cwd(), 'hashOfInputs'));
    assert.equal(answerIn(copy, 'isBuilt'), 'false');
  });

  it('is not that of a build whose result was removed', () => {
    mkdirSync(join(copy, 'build'));
    writeFileSync(join(copy, 'build/.inputs'), answerIn(copy, 'hashOfInputs'));
    assert.equal(answerIn(copy, 'isBuilt'), 'false');
    mkdirSync(join(copy, 'dist'));
    assert.equal(answerIn(copy, 'isBuilt'), 'true');
  });

  for (const file of ['src/index.ts', 'src/new.ts', 'scripts/build.mjs', 'package-lock.json'])
    it(`is another when ${file} changes`, () => {
      const before = answerIn(copy, 'hashOfInputs');
      writeFileSync(join(copy, file), '// changed\n');
      assert.notEqual(answerIn(copy, 'hashOfInputs'), before);
    });
});

/** @param {'isBuilt' | 'hashOfInputs'} name */
function answerIn(cwd, name) {
  const code = `import('./scripts/build-inputs.mjs').then((inputs) => console.log(inputs.${name}()))`;
  return execFileSync(process.execPath, ['-e', code], { cwd }).toString().trim();
}
