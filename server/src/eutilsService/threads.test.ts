/** The pool with threads that do as they are told: answer, wait for a word, or die. */
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServiceRequest } from './protocol.ts';
import { Threads } from './threads.ts';

/** Answers with the term that it is sent; `hold` is answered when `go` is set, `die` ends the thread. */
const CODE = `
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.postMessage(workerData.corpus === 'bad'
    ? { kind: 'failed', error: { code: 'bad-library', message: 'There is none.', retryable: false } }
    : { kind: 'ready', data: { label: 'x', records: 1, shared: {} } });
  parentPort.on('message', ({ id, request, cancel }) => {
    const [[, term]] = request.parameters;
    if (term === 'die') process.exit(7);
    if (term === 'later') return;
    if (term === 'hold') Atomics.wait(new Int32Array(workerData.mesh), 0, 0);
    if (term === 'fail') return parentPort.postMessage({ kind: 'fault', id, error: { code: 'internal', message: 'no', retryable: false } });
    const isGivenUp = Atomics.load(new Int32Array(cancel), 0) === 1;
    parentPort.postMessage({ kind: 'answer', id, answer: { status: 200, type: 't', body: term + (isGivenUp ? ' given up' : '') } });
  });
`;

const go = new SharedArrayBuffer(4);
let pool: Threads | undefined;
let started = 0;

async function open(options: { threads?: number; queue?: number; corpus?: string } = {}): Promise<Threads> {
  started = 0;
  Atomics.store(new Int32Array(go), 0, 0);
  const { threads } = await Threads.open(
    { corpus: options.corpus ?? 'good' },
    {
      threads: options.threads ?? 1,
      queue: options.queue ?? 10,
      start: (settings) => {
        started++;
        return new Worker(CODE, { eval: true, workerData: { ...settings, mesh: go } });
      },
    },
  );
  return (pool = threads);
}
function release(): void {
  Atomics.store(new Int32Array(go), 0, 1);
  Atomics.notify(new Int32Array(go), 0);
}
const ask = (
  threads: Threads,
  term: string,
  signal = new AbortController().signal,
  utility: ServiceRequest['utility'] = 'esearch',
): Promise<string> => {
  const request: ServiceRequest = {
    utility,
    parameters: [['term', term]],
    history: {},
    slot: undefined,
  };
  return threads.answer(request, signal).then(({ body }) => body);
};

afterEach(async () => {
  release();
  await pool?.close();
});

describe('threads of the service', () => {
  it('answer in the order of asking, one request each', async () => {
    const threads = await open({ threads: 2 });
    const answers = ['hold', 'a', 'b'].map((term) => ask(threads, term));
    // The other thread goes on meanwhile.
    expect(await Promise.all(answers.slice(1))).toEqual(['a', 'b']);
    expect(threads.running).toBe(1);
    release();
    expect(await answers[0]).toBe('hold');
  });

  it('go on while a request waits for the index for ranking', async () => {
    const threads = await open();
    const never = new AbortController();
    const slow = ask(threads, 'later', never.signal, 'elink');
    expect(await ask(threads, 'a')).toBe('a');
    expect(threads.running).toBe(1);
    never.abort();
    await expect(slow).rejects.toMatchObject({ code: 'aborted' });
  });

  it('let so many wait', async () => {
    const threads = await open({ queue: 2 });
    const held = ask(threads, 'hold');
    expect(threads.isFull).toBe(false);
    const others = [ask(threads, 'a'), ask(threads, 'b')];
    expect(threads.isFull).toBe(true);
    release();
    expect(await Promise.all([held, ...others])).toEqual(['hold', 'a', 'b']);
    await threads.drain();
    expect(threads.waiting).toBe(0);
  });

  it('are not kept busy by who went away', async () => {
    const threads = await open();
    const [first, second] = [new AbortController(), new AbortController()];
    const held = ask(threads, 'hold', first.signal);
    const waiting = ask(threads, 'a', second.signal);
    second.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    expect(threads.waiting).toBe(0);
    first.abort();
    await expect(held).rejects.toMatchObject({ code: 'aborted' });
    release();
    expect(await ask(threads, 'b')).toBe('b');
    await expect(ask(threads, 'c', AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  });

  it('that die cost their request only, and are replaced', async () => {
    const threads = await open();
    const dying = ask(threads, 'die');
    const next = ask(threads, 'a');
    await expect(dying).rejects.toMatchObject({ code: 'internal', retryable: true });
    expect(await next).toBe('a');
    expect(started).toBe(2);
    await expect(ask(threads, 'fail')).rejects.toMatchObject({ code: 'internal', message: 'no' });
  });

  it('that only die are given up', async () => {
    const threads = await open();
    const deaths = Array.from({ length: 7 }, () =>
      ask(threads, 'die').catch((error: Error) => error.message),
    );
    expect((await Promise.all(deaths)).at(-1)).toMatch(/No thread of the service is left/);
    expect(started).toBe(6);
    await expect(ask(threads, 'a')).rejects.toMatchObject({
      message: expect.stringMatching(/No thread/) as string,
    });
  });

  it('that cannot open the library say so', async () => {
    await expect(open({ corpus: 'bad' })).rejects.toMatchObject({
      code: 'bad-library',
      message: 'There is none.',
    });
  });
});
