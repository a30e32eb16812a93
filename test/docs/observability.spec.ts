import { describe, expect, it } from '@jest/globals';
import { createOpenTelemetryObserver } from 'nestjs-trusted-issuers/opentelemetry';
import { readdirSync, readFileSync } from 'node:fs';
import { codeRowsOf, readMarkdown, ROOT } from './markdown.js';

const PAGE = readMarkdown('docs/observability.md');

/** The names in the first cells of a section’s table. */
function namesIn(heading: string): string[] {
  const [, section = ''] = PAGE.split(`\n## ${heading}\n`);
  return codeRowsOf(section.split('\n## ')[0] ?? '').map(([name = '']) => name);
}

/** The observer knows every event, and its meter every instrument. */
function observed(): { events: string[]; instruments: string[] } {
  const instruments: string[] = [];
  const instrument = (name: string): object => {
    instruments.push(name);
    return { add: () => undefined, record: () => undefined, addCallback: () => undefined };
  };
  const meter = {
    createCounter: instrument,
    createHistogram: instrument,
    createObservableGauge: instrument,
  };
  const events = Object.keys(createOpenTelemetryObserver({ meter: meter as never }));
  return { events, instruments };
}

function sources(folder: string): string {
  return readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(`${ROOT}${folder}/${file}`, 'utf8'))
    .join('\n');
}

describe('docs/observability.md', () => {
  it('names every event, and no other', () => {
    expect(namesIn('Events').toSorted()).toEqual(observed().events.toSorted());
  });

  it('names every instrument of OpenTelemetry, and no other', () => {
    expect(namesIn('OpenTelemetry').toSorted()).toEqual(observed().instruments.toSorted());
  });

  it('shows lines of the log that the code writes', () => {
    const lines = [...PAGE.matchAll(/^\| `(?:warn|error|log)` \| `([^`]+)` \|/gm)];
    expect(lines.length).toBeGreaterThan(10);
    const code = sources('src/core');
    const parts = lines
      .filter(([, line = '']) => !line.includes('example.com'))
      .flatMap(([, line = '']) => line.split(/[(…);]+/).map((part) => part.trim()))
      .filter((part) => part.length > 5);
    expect(parts.filter((part) => !code.includes(part))).toEqual([]);
  });
});
