/** Answers that come piece by piece, from a small server on this machine that sends what real ones do. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ModelError } from './modelError.ts';
import { createOpenAiModel, listServedModels } from './openAiClient.ts';
import type { Generation, SampleResult } from './index.ts';

type Body = Readonly<Record<string, unknown>>;
type Answer = (response: ServerResponse, body: Body, path: string) => void;

let server: Server;
let url: string;
let seen: { readonly path: string; readonly body: Body }[];
let models: unknown;
let answer: Answer;

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const path = request.url ?? '';
      if (path === '/v1/models') {
        response.end(JSON.stringify(models));
        return;
      }
      const body = JSON.parse(text) as Body;
      seen.push({ path, body });
      answer(response, body, path);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
  models = { data: [{ id: 'm', owned_by: 'vllm', max_model_len: 8192 }] };
});

const head = { 'Content-Type': 'text/event-stream; charset=utf-8' };
const delta = (content: string, more: object = {}): object => ({
  choices: [{ delta: { content }, ...more }],
});
const piece = (text: string, more: object = {}): object => ({ choices: [{ text, ...more }] });
const end = (reason = 'stop', more: object = {}): object => ({
  choices: [{ delta: {}, text: '', finish_reason: reason, ...more }],
});
const usage = {
  choices: [],
  usage: { prompt_tokens: 7, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 5 } },
};
const event = (data: object | string): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** Sends events, all at once. */
const events =
  (...all: readonly (object | string)[]): Answer =>
  (response) =>
    void response.writeHead(200, head).end(all.map(event).join(''));

/** Sends the same over and over, as servers do to keep a connection alive. */
function keepSending(response: ServerResponse, text: string): void {
  if (!response.headersSent) response.writeHead(200, head);
  const timer = setInterval(() => response.write(text), 20);
  response.on('close', () => clearInterval(timer));
}

const user = { kind: 'chat', user: 'U' } as const;
const raw = (text: string) => ({ kind: 'raw', text }) as const;

function written(results: readonly SampleResult[]): readonly Generation[] {
  return results.map(({ generation, failure }) => {
    if (generation === undefined) throw failure;
    return generation;
  });
}

async function failure(work: Promise<unknown>): Promise<ModelError> {
  const error: unknown = await work.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ModelError);
  return error as ModelError;
}

describe('a stream', () => {
  it('is read whatever its pieces, with comments, CRLF and characters that are cut', async () => {
    const bytes = Buffer.from(
      `: hello\r\n\r\nevent: message\r\n${event(delta('Tai chi – '))}\n:\n${event(delta('太极', { index: 0 }))}${event(end())}${event(usage)}data: [DONE]\n\n`,
    );
    answer = (response) => {
      response.writeHead(200, head);
      let at = 0;
      const send = (): void => {
        if (at >= bytes.length) response.end();
        else response.write(bytes.subarray(at, (at += 7)), () => setImmediate(send));
      };
      send();
    };
    const pieces: string[] = [];
    const result = await createOpenAiModel({ url, model: 'm' }).generate(user, {
      onToken: (text) => pieces.push(text),
    });
    expect(pieces).toEqual(['Tai chi – ', '太极']);
    expect(result).toMatchObject({
      text: 'Tai chi – 太极',
      stopReason: 'end',
      promptTokens: 7,
      tokens: 3,
      cachedTokens: 5,
    });
    expect(seen[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it('tells of several answers apart, each with its own way of sampling', async () => {
    answer = (response, body) =>
      events(piece(`seed ${String(body['seed'])}`), piece('!'), end())(response, body, '');
    const heard: string[] = ['', '', ''];
    const counts: number[] = [0, 0, 0];
    const results = await createOpenAiModel({ url, model: 'm' }).generateMany(raw('P'), {
      maxTokens: 9,
      samples: [{ seed: 1 }, { seed: 2, temperature: 0.7 }, { seed: 3, maxTokens: 4 }],
      onToken: (index, text, tokens) => {
        heard[index] += text;
        counts[index] = tokens;
      },
    });
    expect(written(results).map(({ text }) => text)).toEqual(['seed 1!', 'seed 2!', 'seed 3!']);
    expect(heard).toEqual(['seed 1!', 'seed 2!', 'seed 3!']);
    expect(counts).toEqual([2, 2, 2]);
    const bodies = seen.map(({ body }) => body).sort((a, b) => Number(a['seed']) - Number(b['seed']));
    expect(bodies).toMatchObject([
      { prompt: 'P', temperature: 0, max_tokens: 9 },
      { temperature: 0.7, max_tokens: 9 },
      { temperature: 0, max_tokens: 4 },
    ]);
  });

  it('loses one of several answers only, where one fails', async () => {
    answer = (response, body) =>
      body['seed'] === 2
        ? void response.writeHead(400).end(JSON.stringify({ error: { message: 'no such seed' } }))
        : events(piece('ok'), end())(response, body, '');
    const results = await createOpenAiModel({ url, model: 'm' }).generateMany(raw('P'), {
      samples: [{ seed: 1 }, { seed: 2 }],
    });
    expect(results[0]?.generation?.text).toBe('ok');
    expect(results[1]?.failure?.message).toMatch(/HTTP 400: no such seed/);
  });

  it('puts reasoning that the server took out back to where models write it', async () => {
    answer = events(
      { choices: [{ delta: { reasoning_content: 'Two ' } }] },
      { choices: [{ delta: { reasoning_content: 'concepts.' } }] },
      delta('<answer>x'),
      end('length'),
    );
    const result = await createOpenAiModel({ url, model: 'm' }).generate(user);
    expect(result.text).toBe('<think>Two concepts.</think><answer>x');
    expect(result.stopReason).toBe('maxTokens');
  });
});

describe('the end of an answer', () => {
  it.each([
    ['is put back where the server names it', end('stop', { stop_reason: '###' }), 'ab###', 'stop'],
    ['is not made up', end('stop'), 'ab', 'end'],
  ])('by a stop string %s', async (_name, last, text, stopReason) => {
    answer = events(piece('ab'), last);
    const result = await createOpenAiModel({ url, model: 'm' }).generate(raw('P'), { stop: ['###'] });
    expect(result).toMatchObject({ text, stopReason });
    expect(seen[0]?.body['stop']).toEqual(['###']);
  });

  it('is put back where the text opens what it closes', async () => {
    answer = events(piece('<answer>{}'), end());
    const heard: string[] = [];
    const result = await createOpenAiModel({ url, model: 'm' }).generate(raw('P'), {
      stop: ['</answer>'],
      onToken: (text) => heard.push(text),
    });
    expect(result).toMatchObject({ text: '<answer>{}</answer>', stopReason: 'stop' });
    expect(heard.join('')).toBe(result.text);
  });

  it.each([
    ['ignores stop strings', { stop: ['c'] }, 'stop'],
    ['ignores the limit of tokens', { maxTokens: 4 }, 'maxTokens'],
    ['never ends', { maxMs: 100 }, 'time'],
  ] as const)(
    'is made here where the server %s, and the connection closed',
    async (_name, options, reason) => {
      let isClosed = false;
      answer = (response) => {
        response.writeHead(200, head);
        let i = 0;
        const timer = setInterval(() => response.write(event(piece('abcdef'[i++ % 6] ?? ''))), 2);
        response.on('close', () => {
          clearInterval(timer);
          isClosed = true;
        });
      };
      const result = await createOpenAiModel({ url, model: 'm' }).generate(raw('P'), options);
      expect(result.stopReason).toBe(reason);
      expect(result.text.startsWith('abc')).toBe(true);
      await expect.poll(() => isClosed).toBe(true);
    },
  );
});

describe('a budget for thinking', () => {
  it('closes the thinking of a raw prompt and goes on from there', async () => {
    answer = (response, body) => {
      if (String(body['prompt']).includes('</think>')) {
        events(piece('<answer>x'), end())(response, body, '');
        return;
      }
      response.writeHead(200, head);
      const timer = setInterval(() => response.write(event(piece('so '))), 2);
      response.on('close', () => clearInterval(timer));
    };
    let heard = '';
    const result = await createOpenAiModel({ url, model: 'm' }).generate(raw('P<think>'), {
      thinkTokens: 5,
      maxTokens: 50,
      stop: ['</answer>'],
      onToken: (text) => (heard += text),
    });
    expect(result.text).toMatch(/^(so ){5,}<\/think><answer>x<\/answer>$/);
    expect(heard).toBe(result.text);
    expect(result.thinkingCut).toBe(true);
    expect(seen[1]?.body['prompt']).toBe(`P<think>${result.text.split('<answer>')[0] ?? ''}`);
    expect(Number(seen[1]?.body['max_tokens'])).toBeLessThanOrEqual(45);
  });
});

describe('the form of an answer', () => {
  it.each([
    ['llamacpp', user, { grammar: 'G' }, { grammar: 'G', cache_prompt: true }],
    ['vllm', user, { grammar: 'G' }, { structured_outputs: { grammar: 'G' } }],
    [
      'vllm',
      raw('P'),
      { jsonSchema: { type: 'object' } },
      { structured_outputs: { json: { type: 'object' } } },
    ],
    ['llamacpp', raw('P'), { jsonSchema: { type: 'object' } }, { json_schema: { type: 'object' } }],
    [
      'library',
      user,
      { jsonSchema: { type: 'object' } },
      {
        response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } },
      },
    ],
  ] as const)('is asked of %s as it knows it', async (owner, prompt, options, wanted) => {
    models = { data: [{ id: 'm', owned_by: owner }] };
    answer = (response, body, path) =>
      events(path.includes('chat') ? delta('x') : piece('x'), end())(response, body, path);
    await createOpenAiModel({ url, model: 'm' }).generate(prompt, options);
    expect(seen[0]?.body).toMatchObject(wanted);
  });

  it('is left out where the server refuses it, from then on; so is what only some know', async () => {
    answer = (response, body) => {
      const refused = ['structured_outputs', 'stream_options'].find((key) => key in body);
      if (refused === undefined) events(delta('x'), end())(response, body, '');
      else response.writeHead(422).end(JSON.stringify({ detail: `${refused} is not permitted` }));
    };
    const model = createOpenAiModel({ url, model: 'm' });
    expect((await model.generate(user, { grammar: 'G' })).text).toBe('x');
    const asked = seen.length;
    expect((await model.generate(user, { grammar: 'G' })).text).toBe('x');
    expect(seen.length).toBe(asked + 1);
  });

  it('is asked for again after a refusal that had nothing to do with it', async () => {
    const model = createOpenAiModel({ url, model: 'm' });
    answer = (response) => void response.writeHead(400).end(JSON.stringify({ error: 'not now' }));
    await failure(model.generate(user, { grammar: 'G' }));
    answer = events(delta('x'), end());
    seen = [];
    await model.generate(user, { grammar: 'G' });
    expect(seen[0]?.body).toMatchObject({ structured_outputs: { grammar: 'G' }, stream_options: {} });
  });
});

describe('faults', () => {
  const silent: Answer = (response) => void response.writeHead(200, head).write(event(delta('a')));
  const cases: readonly [string, Answer, string, RegExp][] = [
    ['silence in the middle', silent, 'unreachable', /did not answer within 0\.2 s after it had begun/],
    [
      'a connection that breaks',
      (response) => {
        response.writeHead(200, head).write(event(delta('a')));
        setTimeout(() => response.destroy(), 20);
      },
      'unreachable',
      /broke off in the middle of its answer/,
    ],
    [
      'an error within the stream',
      events(delta('a'), { error: { message: 'out of memory' } }),
      'refused',
      /out of memory.*its log says more/,
    ],
    ['no JSON within the stream', events('oops'), 'refused', /not JSON/],
    [
      'a page for people',
      (response) =>
        void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!DOCTYPE html><p>Sign in'),
      'refused',
      /a web page.*sign-in page/,
    ],
    ['an empty stream', events('[DONE]'), 'refused', /without a text/],
    [
      'a prompt that is too long',
      (response) =>
        void response
          .writeHead(400)
          .end(JSON.stringify({ message: "This model's maximum context length is 4096 tokens." })),
      'too-long',
      /HTTP 400.*Shorten the query/,
    ],
    [
      'a server that is loading',
      (response) => void response.writeHead(503).end(JSON.stringify({ error: { message: 'Loading model' } })),
      'refused',
      /HTTP 503: Loading model\)\. It may still be loading/,
    ],
  ];
  it.each(cases)('%s', async (name, fault, code, message) => {
    answer = fault;
    const timeoutMs = name.startsWith('silence') ? 200 : 20_000;
    const error = await failure(createOpenAiModel({ url, model: 'm', timeoutMs }).generate(user));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it.each<[string, Answer]>([
    ['comments', (response) => keepSending(response, ': still waiting\n\n')],
    ['events without a text', (response) => keepSending(response, event(delta('')))],
  ])('a server that only sends %s is not waited for beyond the limit', async (_name, idle) => {
    answer = idle;
    const model = createOpenAiModel({ url, model: 'm' });
    const started = performance.now();
    expect(await model.generate(user, { maxMs: 300 })).toMatchObject({ text: '', stopReason: 'time' });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('what was written until the limit is the answer, though the stream goes on', async () => {
    answer = (response) => {
      response.writeHead(200, head).write(event(delta('falls[tiab]')));
      keepSending(response, ': waiting\n\n');
    };
    const result = await createOpenAiModel({ url, model: 'm' }).generate(user, { maxMs: 300 });
    expect(result).toMatchObject({ text: 'falls[tiab]', stopReason: 'time' });
  });

  it('pieces that are no tokens but floods end the answer before they fill the memory', async () => {
    const flood = event(delta('x'.repeat(1_000_000)));
    let sent = 0;
    answer = (response) => {
      response.writeHead(200, head);
      const more = (): void => {
        if (response.destroyed || sent >= 400) return;
        sent += 1;
        response.write(flood, more);
      };
      more();
    };
    const result = await createOpenAiModel({ url, model: 'm' }).generate(user, { maxTokens: 1_000 });
    expect(result.stopReason).toBe('maxTokens');
    expect(result.text.length).toBeLessThanOrEqual(1024 * 1024);
    expect(sent).toBeLessThan(100);
  });

  it('an event without end is left, though its lines end', async () => {
    const line = `data: ${'x'.repeat(100_000)}\n`;
    let sent = 0;
    answer = (response) => {
      response.writeHead(200, head);
      const more = (): void => {
        if (response.destroyed || sent >= 1_000) {
          response.end();
          return;
        }
        sent += 1;
        response.write(line, more);
      };
      more();
    };
    const error = await failure(createOpenAiModel({ url, model: 'm' }).generate(user));
    expect(error.message).toMatch(/sent an event without end/);
    expect(sent).toBeLessThan(1_000);
  });

  it('a wrong model is refused with those that there are', async () => {
    answer = (response) => void response.writeHead(404).end(JSON.stringify({ error: 'no model x' }));
    const model = createOpenAiModel({ url, model: 'x' });
    await model.describe();
    expect((await failure(model.generate(user))).message).toMatch(/HTTP 404: no model x.*It has: m\./);
  });

  it('what passes is tried once more', async () => {
    let times = 0;
    answer = (response, body) => {
      times += 1;
      if (times === 1) response.writeHead(503, { 'Retry-After': '0' }).end('busy');
      else if (times === 3) response.destroy();
      else events(delta('x'), end())(response, body, '');
    };
    const model = createOpenAiModel({ url, model: 'm' });
    expect((await model.generate(user)).text).toBe('x');
    expect((await model.generate(user)).text).toBe('x');
    expect(times).toBe(4);
  });

  it('a cancelled request ends all its answers and closes the connections', async () => {
    let open = 0;
    answer = (response) => {
      open += 1;
      silent(response, {}, '');
      response.on('close', () => (open -= 1));
    };
    const abort = new AbortController();
    const model = createOpenAiModel({ url, model: 'm' });
    const running = failure(model.generateMany(user, { samples: [{}, {}, {}], signal: abort.signal }));
    await expect.poll(() => open).toBe(3);
    abort.abort();
    expect((await running).code).toBe('aborted');
    await expect.poll(() => open).toBe(0);
  });
});

describe('the models of a server', () => {
  it('are listed with the context that it tells', async () => {
    models = {
      data: [
        { id: 'a', owned_by: 'vllm', max_model_len: 8192 },
        { id: 'b', owned_by: 'llamacpp', meta: { n_ctx_train: 2048 } },
        { id: 'c' },
        { name: 'no id' },
        7,
      ],
    };
    expect(await listServedModels({ url })).toEqual([
      { id: 'a', ownedBy: 'vllm', contextTokens: 8192 },
      { id: 'b', ownedBy: 'llamacpp', contextTokens: 2048 },
      { id: 'c', ownedBy: undefined, contextTokens: undefined },
    ]);
    expect(await createOpenAiModel({ url, model: 'b' }).describe()).toMatchObject({
      name: 'b',
      contextTokens: 2048,
    });
  });

  it('are asked for anew where there was none, or the one that was asked is gone', async () => {
    const model = createOpenAiModel({ url });
    models = { data: [] };
    expect((await failure(model.describe())).message).toMatch(/lists no model/);
    models = { data: [{ id: 'first' }] };
    expect((await model.describe()).name).toBe('first');
    models = { data: [{ id: 'second' }] };
    answer = (response, body) =>
      body['model'] === 'second'
        ? events(delta('x'), end())(response, body, '')
        : void response.writeHead(404).end(JSON.stringify({ error: 'no such model' }));
    await failure(model.generate(user));
    expect((await model.generate(user)).text).toBe('x');
  });
});
