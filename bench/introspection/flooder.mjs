// Sends bad tokens at a steady rate, in a process of its own: whoever measures must not be busy with it.
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

process.on('disconnect', () => process.exit());
process.once('message', ({ port, perSecond, kind }) => {
  let due = performance.now();
  const turn = () => {
    for (; due <= performance.now(); due += 1_000 / perSecond) send(port, tokenOf(kind));
    setTimeout(turn, 2);
  };
  turn();
  process.send('flooding');
});

/** Either kind is new each time, and as long. */
function tokenOf(kind) {
  const random = randomBytes(24).toString('base64url');
  return kind === 'random' ? random : `${random.slice(0, 31)}!`;
}

function send(port, token) {
  const headers = { authorization: `Bearer ${token}` };
  const sent = request({ port, host: '127.0.0.1', agent, headers }, (response) =>
    response.resume(),
  );
  sent.on('error', () => {});
  sent.end();
}
