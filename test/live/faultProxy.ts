/** A server in front of the E-utilities that lets a share of the requests meet a fault, and writes down when each came. */
import { createServer, request as askHttp } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seededRandom } from '@querent/core/metrics';
import { ArrivalClock, mostWithin } from './arrivals.ts';
import type { Arrival } from './arrivals.ts';
import { canBefall, FAULTS, inflict } from './faults.ts';
import type { Answer, Fault } from './faults.ts';

/** What befalls requests, and how many of them. */
export interface FaultProxyOptions {
  /** Address of the service behind: `http://127.0.0.1:8080/entrez/eutils`. */
  readonly target: string;
  /** Part of the requests that meet a fault, 0..1. Default 0.1. */
  readonly share?: number;
  /** Equal seeds give equal faults for equal requests in equal order. Default 1. */
  readonly seed?: number;
  /** Default: all. */
  readonly kinds?: readonly Fault[];
  /** How long a stalled request gets nothing before it is closed, in milliseconds. Default: until the client gives up. */
  readonly stallMs?: number;
}

/** A request as it came. */
interface SeenRequest extends Arrival {
  /** `esearch`, `efetch` ... */
  readonly utility: string;
  readonly parameters: URLSearchParams;
  readonly fault?: Fault;
}

/** A running proxy. */
export interface FaultProxy {
  /** Takes the place of the service's address. */
  readonly url: string;
  requests(): readonly SeenRequest[];
  /** Most requests that certainly came within any window of so many milliseconds, whatever became of them. Default 1,000. */
  most(windowMs?: number): number;
  /** How often each fault befell a request. */
  inflicted(): Readonly<Partial<Record<Fault, number>>>;
  /** Another share from now on. */
  setShare(share: number): void;
  close(): Promise<void>;
}

/** Starts a proxy on a free port of this machine. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { target, seed = 1, kinds = FAULTS, stallMs = Infinity } = options;
  const { origin, pathname } = new URL(target);
  const whole = seededRandom(seed);
  const random = (): number => whole() / 2 ** 32;
  const clock = new ArrivalClock();
  const seen: SeenRequest[] = [];
  let share = options.share ?? 0.1;
  let bag: Fault[] = [];

  /** Each kind as often as any other: a bag that is filled again when it is empty, or has nothing that can befall this request. */
  const draw = (parameters: URLSearchParams): Fault | undefined => {
    if (random() >= share) return undefined;
    for (const isRefilled of [false, true]) {
      if (isRefilled) bag = [...bag, ...kinds];
      const possible = bag.filter((fault) => canBefall(fault, parameters));
      const fault = possible[Math.floor(random() * possible.length)];
      if (fault === undefined) continue;
      bag.splice(bag.indexOf(fault), 1);
      return fault;
    }
    return undefined;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const arrival = clock.now();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? '/', origin);
    const parameters = new URLSearchParams(request.method === 'POST' ? body.toString() : url.search);
    const fault = draw(parameters);
    const utility = /([^/]*?)(?:\.fcgi)?$/.exec(url.pathname)?.[1] ?? '';
    seen.push({ ...arrival, utility, parameters, ...(fault === undefined ? {} : { fault }) });
    const forward = (): Promise<Answer> => ask(url, request, body);
    if (fault !== undefined)
      return inflict(fault, { path: url.pathname, parameters, response, forward, random, stallMs });
    const { status, headers, body: answer } = await forward();
    response.writeHead(status, headers).end(answer);
  };

  const server = createServer({ maxHeaderSize: 256 * 1024 }, (request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((ready, fail) => server.once('error', fail).listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${pathname}`,
    requests: () => seen,
    most: (windowMs = 1_000) => mostWithin(seen, windowMs),
    inflicted: () => {
      const counts: Partial<Record<Fault, number>> = {};
      for (const { fault } of seen) if (fault !== undefined) counts[fault] = (counts[fault] ?? 0) + 1;
      return counts;
    },
    setShare: (wanted) => {
      share = wanted;
    },
    close: async () => {
      clock.stop();
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Headers that are of one connection only, or that no more hold of what is sent on. */
const OWN = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host']);

function ask(url: URL, { method = 'GET', headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.has(name)));
  return new Promise((done, fail) => {
    const sent = askHttp(url, { method, headers: kept }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', fail);
      answer.on('end', () => {
        const own = Object.entries(answer.headers).filter(([name]) => !OWN.has(name));
        done({
          status: answer.statusCode ?? 502,
          headers: Object.fromEntries(own),
          body: Buffer.concat(chunks),
        });
      });
    });
    sent.on('error', fail);
    sent.end(body);
  });
}
