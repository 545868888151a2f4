// Clients of the suite `rewards` in a process of their own:
//   node rewardClients.ts URL FILE CLIENTS
// FILE holds the body of one request a line. CLIENTS connections send them, each the next one as soon as it has its answer. Prints one
// JSON object: seconds from the first request to the last answer, milliseconds of each request, and what was answered.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { AnsweredItem } from '../../../trainer/src/rewardService/protocol.ts';

/** What the clients of a run saw. */
export interface ClientRun {
  readonly seconds: number;
  readonly ms: readonly number[];
  readonly items: number;
  /** Items that were answered with an error, and requests that were refused. */
  readonly failures: number;
}

const [url = '', file = '', clients = '1'] = process.argv.slice(2);
const bodies = readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => Buffer.from(line)); // prettier-ignore
const agent = new Agent({ keepAlive: true, maxSockets: Number(clients) });
const answers: Buffer[] = [];
const ms: number[] = [];
let next = 0;

async function client(): Promise<void> {
  for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
    const from = performance.now();
    answers.push(await post(body));
    ms.push(performance.now() - from);
  }
}

function post(body: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
    const sent = request(`${url}/v1/score`, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const from = performance.now();
await Promise.all(Array.from({ length: Number(clients) }, client));
const seconds = (performance.now() - from) / 1000;
agent.destroy();
// Read only now: what a client does with its answers is not the service's time.
let items = 0;
let failures = 0;
for (const answer of answers) {
  const { items: answered } = JSON.parse(answer.toString()) as { items?: readonly AnsweredItem[] };
  items += answered?.length ?? 0;
  failures += answered === undefined ? 1 : answered.filter(({ error }) => error !== null).length;
}
console.log(JSON.stringify({ seconds, ms, items, failures } satisfies ClientRun));
