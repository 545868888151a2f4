/** A server of E-utilities on this machine that answers as a test tells it, and what tests ask it with. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import type { ResolvedQuery } from '../../../pubmed/index.ts';
import { SearchError } from '../../../search/index.ts';
import { isUnresolvable, resolveText } from '../../../strategy/index.ts';
import type { Clock } from '../../clock.ts';
import { createPubMedEngine } from '../engine.ts';
import type { PubMedOptions } from '../options.ts';
import type { PubMedEngine } from '../services.ts';

/** A request as it arrived. */
export interface Seen {
  readonly path: string;
  readonly method: string;
  /** `esearch` */
  readonly utility: string;
  readonly parameters: URLSearchParams;
  /** Milliseconds by a clock that does not jump. */
  readonly at: number;
}
export type Answer = (response: ServerResponse, seen: Seen) => void;

/** The server: it gives `answers` in the order of requests, and the last one for ever. */
export class ScriptedEutils {
  readonly #server = createServer((request, response) => {
    this.#take(request, response);
  });
  baseUrl = '';
  seen: Seen[] = [];
  answers: Answer[] = [];

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.baseUrl = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/entrez/eutils`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Forgets what came, and answers so from now on. */
  answer(...answers: readonly Answer[]): void {
    this.seen = [];
    this.answers = [...answers];
  }

  /** An engine that asks this server, in no time unless told otherwise. */
  engine(options: PubMedOptions = {}): PubMedEngine {
    return createPubMedEngine({ baseUrl: this.baseUrl, clock: new FastClock(), firstPauseMs: 1, ...options });
  }

  /** The terms that ESearch was asked, in their order. */
  get terms(): readonly string[] {
    return this.seen.map(({ parameters }) => parameters.get('term') ?? '');
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const entry = {
        path,
        method: request.method ?? '',
        utility: /(\w+)\.fcgi/.exec(path)?.[1] ?? '',
        parameters: new URLSearchParams(body),
        at: performance.now(),
      };
      this.seen.push(entry);
      const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
      answer?.(response, entry);
    });
  }
}

/** Answers with a text, or with JSON. */
export function send(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** ESearch's JSON. */
export function found(count: number, ids: readonly string[] = [], more: object = {}): object {
  return {
    esearchresult: { count: String(count), idlist: ids, querytranslation: 'translated', ...more },
  };
}

/** Sleeping takes no time, and is written down. */
export class FastClock implements Clock {
  readonly slept: number[] = [];
  #now = Date.UTC(2026, 0, 1);
  now(): number {
    return this.#now;
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    this.#now += ms;
  }
}

export function query(text: string): ResolvedQuery {
  const resolved = resolveText(text);
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return resolved;
}

/** The error of work that must fail. */
export async function failure(work: Promise<unknown>): Promise<SearchError> {
  const error: unknown = await work.then(
    (value) => `no error but ${JSON.stringify(value)}`,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SearchError);
  return error as SearchError;
}

/** All that an iteration gives. */
export async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}
