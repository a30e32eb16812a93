import { describe, expect, it } from '@jest/globals';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { noteChallenge, takeChallengeOff } from '../../../../src/core/refusals/sent-challenge.js';

const OURS = 'Bearer realm="api"';
const THEIRS = 'Basic realm="admin"';

/** A response with a challenge in its header, and perhaps another one that was ours. */
function responseWith(sent: string, noted?: string): ServerResponse {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  response.setHeader('WWW-Authenticate', sent);
  if (noted !== undefined) noteChallenge(response, noted);
  return response;
}

describe('A challenge of ours is taken off a response', () => {
  it.each<[what: string, response: ServerResponse, left: string | undefined]>([
    ['where it is still there', responseWith(OURS, OURS), undefined],
    ['unless another has replaced it', responseWith(THEIRS, OURS), THEIRS],
    ['unless it is another’s', responseWith(OURS), OURS],
  ])('%s', (_what, response, left) => {
    takeChallengeOff(response);
    expect(response.getHeader('WWW-Authenticate')).toBe(left);
  });

  it('where the response can give it back: others stay as they are', () => {
    for (const response of [
      {},
      { getHeader: () => OURS },
      { removeHeader: () => expect(true).toBe(false) },
    ]) {
      noteChallenge(response, OURS);
      expect(() => takeChallengeOff(response)).not.toThrow();
    }
  });
});
