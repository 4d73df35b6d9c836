import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { categorical, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { serve } from '../../src/serving/serve.ts';
import { responseSurface } from '../../src/surrogates/polynomial/response-surface.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';
import { get } from './serving.ts';

const space = new Space({ a: real(0, 2), kind: categorical('round', 'flat'), b: real(1, 9) });
const data = labeled(space, outputList({ f: {} }), 40, (u) => [u[0] + u[2] * u[1]]);
const model = responseSurface().fit(data, testRun('serve'));

test('who does not take an answer is left, and the server lives', async () => {
  const server = await serve([{ name: 'wave', model: await model }], { port: 0, limits: { seconds: 1 } });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.pause();
  const head =
    'POST /models/wave/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n';
  const block = `a,kind,b\n${'1,flat,3\n'.repeat(5000)}`;
  socket.write(`${head}${block.length.toString(16)}\r\n${block}\r\n`);
  const rows = '1,flat,3\n'.repeat(5000);
  let isOpen = true;
  socket.once('close', () => {
    isOpen = false;
  });
  socket.on('error', () => undefined);
  // The answers are several times as long as what buffers hold.
  for (let i = 0; isOpen && i < 400; i++) {
    if (!socket.write(`${rows.length.toString(16)}\r\n${rows}\r\n`)) await pause(25);
  }
  while (isOpen) await pause(25);
  expect((await get(server, '/health')).status).toBe(200);
  await server.close();
});
