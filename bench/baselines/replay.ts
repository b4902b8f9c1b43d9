/**
 * The upper bound for reads: bare `node:http` that sends one response, recorded from the server under test, from
 * one buffer. It ignores the request.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Recorded } from '../servers.ts';

const answer: Recorded = JSON.parse(readFileSync(process.argv[2]!, 'utf8'));
const { status, headers } = answer;
const body = Buffer.from(answer.body);

const server = createServer((_request, response) => {
  response.writeHead(status, headers);
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
