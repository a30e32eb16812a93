// Sends bad tokens at a steady rate, in a process of its own: whoever measures must not be busy with it.
import { Agent, request } from 'node:http';
import { badToken } from './tokens.mjs';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

process.on('disconnect', () => process.exit());
process.once('message', ({ port, perSecond, kind }) => {
  let due = performance.now();
  const turn = () => {
    for (; due <= performance.now(); due += 1_000 / perSecond) send(port, badToken(kind));
    setTimeout(turn, 2);
  };
  turn();
  process.send('flooding');
});

function send(port, token) {
  const headers = { authorization: `Bearer ${token}` };
  const sent = request({ port, host: '127.0.0.1', agent, headers }, (response) =>
    response.resume(),
  );
  sent.on('error', () => {});
  sent.end();
}
