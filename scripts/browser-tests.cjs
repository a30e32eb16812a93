// jest's filter: leaves the browser tests out where there is no browser, and says so. With
// REQUIRE_CHROMIUM that is a failure.
const { existsSync } = require('node:fs');
const { sep } = require('node:path');

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

module.exports = async function withoutBrowserTests(files) {
  const others = files.filter((file) => !file.includes(`${sep}test${sep}browser${sep}`));
  if (others.length === files.length || existsSync(CHROMIUM)) return { filtered: files };
  if (process.env.REQUIRE_CHROMIUM) throw new Error(`REQUIRE_CHROMIUM, and no ${CHROMIUM}`);
  console.warn(
    `NOT RUN: test/browser. There is no ${CHROMIUM}; CHROMIUM=/path/to/chromium names another one.\n`,
  );
  return { filtered: others };
};
