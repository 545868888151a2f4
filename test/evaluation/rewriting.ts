/**
 * The table of the deterministic rewriter in docs/evaluation.md: `querent-trainer evaluate` with the forms, with and without PICO, beside
 * the title's words, on the data of QUERENT_DATA (default ../shared/data).
 *
 *   npm run evaluate:rewriting -- [--held-out] [--corpus LIB] [options of querent-trainer evaluate]
 *
 * Without --corpus a library is made of the data in .cache, once. With --held-out the topics are those of published strategies that
 * share no study with the review topics, on which nothing was chosen.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCitations } from '../../server/src/library/openCitations.ts';
import { readStrategyTopics } from './topics.ts';

const root = join(import.meta.dirname, '../..');
const data = process.env.QUERENT_DATA ?? join(root, '../shared/data');
const {
  values: { corpus = madeLibrary(), topics: named, 'held-out': heldOut },
  tokens,
} = parseArgs({
  options: { corpus: { type: 'string' }, topics: { type: 'string' }, 'held-out': { type: 'boolean' } },
  strict: false,
  tokens: true,
});
/** What is not ours goes on to the command. */
const others = process.argv
  .slice(2)
  .filter((_, i) => !tokens.some((token) => isOurs(token) && (token.index === i || token.index + 1 === i)));

const reviews = join(data, 'topics/reviews.jsonl');
const folder = await mkdtemp(join(tmpdir(), 'querent-evaluation-'));
try {
  const topics = typeof named === 'string' ? named : heldOut === true ? await heldOutTopics() : reviews;
  const rewriters = [
    'original',
    'rarest',
    ...['recall', 'readable', 'precise'].flatMap((form) => [
      `deterministic:${form},title`,
      `deterministic:${form}`,
    ]),
  ].flatMap((rewriter) => ['--rewriter', rewriter]);
  const command = join(root, 'trainer/src/cli/main.ts');
  const args = [
    '--task',
    'publication',
    '--topics',
    topics,
    '--corpus',
    String(corpus),
    ...rewriters,
    ...others,
  ];
  process.exitCode = run('inherit', command, 'evaluate', ...args);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function heldOutTopics(): Promise<string> {
  const { engine } = await openCitations(String(corpus));
  const topics = await readStrategyTopics(
    join(data, 'strategies/strategies.jsonl.gz'),
    (id) => engine.index.docOf(id) !== undefined,
    reviews,
  );
  await engine.close();
  const file = join(folder, 'held-out.jsonl');
  await writeFile(file, topics.map((topic) => `${JSON.stringify(topic)}\n`).join(''));
  return file;
}

function madeLibrary(): string {
  const library = join(root, '.cache/evaluation.sqlite');
  if (existsSync(library)) return library;
  const citations = join(data, 'corpus/citations.jsonl.gz');
  if (!existsSync(citations)) {
    console.error(
      `There are no citations at ${citations}. Set QUERENT_DATA, or name a library with --corpus.`,
    );
    process.exit(2);
  }
  const mesh = join(data, 'mesh/mesh2024_descriptors.jsonl.gz');
  // What is printed is the result: that a library is made before it is a message.
  const code = run(
    2,
    join(root, 'server/src/cli/main.ts'),
    'corpus',
    'build',
    citations,
    '--mesh',
    mesh,
    '--out',
    library,
  );
  if (code !== 0) process.exit(code);
  return library;
}

function run(output: 'inherit' | 2, command: string, ...args: readonly string[]): number {
  const { status, error } = spawnSync(process.execPath, [command, ...args], {
    stdio: ['inherit', output, 'inherit'],
  });
  if (error !== undefined) throw error;
  return status ?? 130;
}

function isOurs(token: (typeof tokens)[number]): boolean {
  return token.kind === 'option' && ['corpus', 'topics', 'held-out'].includes(token.name);
}
