/** `querent eutils serve`, and the commands that ask it as they ask PubMed. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEutilsService } from '../../server/src/eutilsService/index.ts';
import type { EutilsService } from '../../server/src/eutilsService/index.ts';
import { querent, querentJson } from './runQuerent.ts';

const samples = resolve(import.meta.dirname, '../../samples');
const corpus = resolve(samples, 'citations.jsonl');

describe('querent eutils serve', () => {
  it('says where it is, and ends at Ctrl-C', async () => {
    const args = ['eutils', 'serve', '--corpus', corpus, '--json'];
    const { code, stdout, stderr } = await querent(args, { interruptAt: /"url"/ });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/entrez\/eutils$/) as string,
      trialsUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/api\/v2$/) as string,
      records: 320,
    });
    expect(stderr).toMatch(/No more requests are taken/);
  });

  it.each<[what: string, args: readonly string[], message: RegExp]>([
    ['no library', [], /required option '--corpus/],
    ['a library that is not there', ['--corpus', 'nothing.sqlite'], /There is no file .*nothing\.sqlite/],
    ['a port that is none', ['--corpus', corpus, '--port', '70000'], /from 0 to 65535/],
    ['no threads', ['--corpus', corpus, '--threads', '0'], /1 or more/],
    ['no hours', ['--corpus', corpus, '--history-hours', 'many'], /a number of hours/],
  ])('refuses %s', async (_, args, message) => {
    const { code, stderr, stdout } = await querent(['eutils', 'serve', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('says that a port is taken, and what to do', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const port = String((server.address() as AddressInfo).port);
      const { code, stderr } = await querent(['eutils', 'serve', '--corpus', corpus, '--port', port]);
      expect(code).toBe(2);
      expect(stderr).toContain(`Port ${port} of 127.0.0.1 is taken. Name another with --port`);
    } finally {
      server.close();
    }
  });
});

describe('a strategy counted at the service', () => {
  interface Counted {
    readonly lines: readonly {
      readonly count: number;
      readonly seedsFound: number;
      readonly error: unknown;
    }[];
  }
  let service: EutilsService;
  beforeAll(async () => {
    service = await startEutilsService({ corpus, rate: 0 });
  });
  afterAll(() => service.close());

  it('has the numbers of the library', async () => {
    const file = resolve(samples, 'falls.pubmed');
    const [live, local] = await Promise.all([
      querentJson<Counted>(['count', file, '--live', '--json'], { env: { QUERENT_EUTILS_URL: service.url } }),
      querentJson<Counted>(['count', file, '--corpus', corpus, '--json']),
    ]);
    const numbers = ({ lines }: Counted): unknown =>
      lines.map(({ count, seedsFound }) => [count, seedsFound]);
    expect(numbers(live)).toEqual(numbers(local));
    // A count a line, the records of the seeds, and a proof of what each line finds of them.
    expect(service.statistics().requests).toBeLessThanOrEqual(local.lines.length + 5);
    expect(service.statistics().mostPerSecond).toBeLessThanOrEqual(3);
  });
});
