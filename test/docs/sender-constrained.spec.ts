import { describe, expect, it } from '@jest/globals';
import { startApplication } from '../support/application.js';
import { command } from '../support/command-line.js';
import { issuerCommand } from '../support/issuer-command.js';
import { blocksOf, readMarkdown } from './markdown.js';

const [BLOCK] = blocksOf(readMarkdown('docs/sender-constrained.md')).filter(
  ({ language }) => language === 'console',
);
const [mint = '', ...answers] = BLOCK?.text.split(/^\$ /m).slice(1) ?? [];

const issuer = issuerCommand();

describe('docs/sender-constrained.md', () => {
  it('DPoP can be tried as shown, with the answers that are shown', async () => {
    const api = await startApplication({
      issuers: [{ issuer: issuer.address, audience: 'https://api.example.com' }],
      dpop: { mode: 'allowed', origin: 'http://localhost:3000' },
    });
    const [, args = ''] = /^npx nestjs-trusted-issuers (.*) > headers\n$/.exec(mint) ?? [];
    const { out } = await command([...args.split(' '), '--keys', issuer.keys]);
    const headers = out.split('\n').map((line) => line.split(': ') as [string, string]);
    expect(answers).toHaveLength(2);
    for (const answer of answers) {
      const [, path = '', status, challenge] =
        /^curl -i -H @headers http:\/\/localhost:3000(\S+)\nHTTP\/1.1 (\d+) .*\n(?:WWW-Authenticate: (.*)\n)?/.exec(
          answer,
        ) ?? [];
      const answered = await api.call(path, { headers });
      expect([answered.status, answered.challenge]).toEqual([Number(status), challenge]);
    }
    await api.close();
  });
});
