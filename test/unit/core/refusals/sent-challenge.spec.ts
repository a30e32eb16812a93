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
  it.each<[what: string, sent: string, noted: string | undefined, left: string | undefined]>([
    ['where it is still there', OURS, OURS, undefined],
    ['unless another has replaced it', THEIRS, OURS, THEIRS],
    ['unless it is another’s', OURS, undefined, OURS],
  ])('%s', (_what, sent, noted, left) => {
    const response = responseWith(sent, noted);
    takeChallengeOff(response);
    expect(response.getHeader('WWW-Authenticate')).toBe(left);
  });

  it('and an answer that is under way without one is left alone', () => {
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    response.flushHeaders();
    expect(() => takeChallengeOff(response)).not.toThrow();
  });

  it('where the response can give it back: others stay as they are', () => {
    for (const response of [{}, { getHeader: () => OURS }, { removeHeader: () => undefined }]) {
      noteChallenge(response, OURS);
      expect(() => takeChallengeOff(response)).not.toThrow();
    }
  });
});
