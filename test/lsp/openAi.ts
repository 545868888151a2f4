import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test's model server does with one request: text to answer with, or a hand on the response itself. */
export type Reply = string | ((response: ServerResponse) => void);

/** A small OpenAI-compatible server on this machine. */
export class TestModelServer {
  /** What it answers a prompt with. */
  reply: (prompt: string) => Reply = () => '<answer>{"query": "falls[tiab]"}</answer>';
  /** The only key that it takes; undefined: any. */
  key: string | undefined;
  models: readonly string[] = ['small-model'];
  /** Paths that were asked, in order. */
  readonly asked: string[] = [];
  url = '';
  readonly #server = createServer((request, response) => this.#take(request, response));

  async start(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      this.asked.push(request.url ?? '');
      const json = (value: unknown, status = 200): void =>
        void response.writeHead(status).end(JSON.stringify(value));
      if (this.key !== undefined && request.headers.authorization !== `Bearer ${this.key}`)
        json({ error: { message: 'Wrong key.' } }, 401);
      else if (request.url === '/v1/models') json({ data: this.models.map((id) => ({ id })) });
      else {
        const { messages, prompt } = JSON.parse(body) as {
          messages?: { content: string }[];
          prompt?: string;
        };
        const reply = this.reply((messages ?? []).map(({ content }) => content).join('\n') + (prompt ?? ''));
        if (typeof reply === 'function') reply(response);
        else
          json({
            choices: [{ message: { content: reply }, text: reply, finish_reason: 'stop' }],
            usage: { prompt_tokens: 10, completion_tokens: 20 },
          });
      }
    });
  }
}
