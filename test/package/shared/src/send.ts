import { request } from 'node:http';

export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A GET over real HTTP, with header lines exactly as given, repeated names included. */
export function send(url: string, lines: string[][] = []): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = [['Host', new URL(url).host], ...lines].flat();
    const outgoing = request(url, { headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

export const bearer = (token: string): string[] => ['Authorization', `Bearer ${token}`];
