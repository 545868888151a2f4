/**
 * What the deterministic rewriter reaches on review topics, beside the title's words alone. Prints one table a topic and the means.
 *
 *   npm run evaluate:rewriting -- [--corpus LIB] [--topics FILE | --held-out] [--budget N] [--only PART] [--queries] [--markdown]
 *
 * Without --corpus the citations and MeSH of QUERENT_DATA (default ../shared/data) are read into memory. Every query is asked
 * as text through `measure`, the one measurement of the house, with all relevant records as its seeds; the rewriter sees none of them.
 */
import { parseArgs } from 'node:util';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { memoryEngine } from '@querent/core/connectors';
import type { LocalEngine } from '@querent/core/connectors';
import { importCitations } from '@querent/core/corpus';
import type { CitationRecord } from '@querent/core/corpus';
import { draftQueries, rarestWordsQuery, titleWordsQuery } from '@querent/core/rewriting';
import type { ProposalForm, RewriteRequest } from '@querent/core/rewriting';
import { measure } from '@querent/core/search';
import { isUnresolvable, resolveText } from '@querent/core/strategy';
import { openCorpus } from '../../server/src/cli/engine.ts';
import { readCitationFile } from '../../server/src/library/citationFile.ts';
import { loadMeshFile } from '../../server/src/library/meshFile.ts';
import type { TopicFigures } from './figures.ts';
import { figuresOf, macro, median } from './figures.ts';
import type { ReviewTopic } from './topics.ts';
import { readStrategyTopics, readTopics } from './topics.ts';

const data = process.env.QUERENT_DATA ?? join(import.meta.dirname, '../../../shared/data');
const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    topics: { type: 'string', default: join(data, 'topics/reviews.jsonl') },
    // Instead of the topics: those of the published strategies that share no study with them, on which nothing was chosen.
    'held-out': { type: 'boolean', default: false },
    budget: { type: 'string', default: '1500' },
    only: { type: 'string', default: '' },
    queries: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
});

/** Labels of these two near-duplicates are partly wrong, so means are given with and without them. */
const doubtful = ['cohen2006/SkeletalMuscleRelaxants', 'synergy/Chou_2004'];

type Method = (topic: ReviewTopic, engine: LocalEngine) => string | undefined;

const budget = Number(values.budget);

function form(one: ProposalForm, withPico: boolean): Method {
  return (topic, engine) => {
    const request: RewriteRequest = {
      title: topic.title,
      seeds: [],
      budget,
      forms: [one],
      ...(withPico && topic.pico !== undefined ? { pico: topic.pico } : {}),
    };
    return draftQueries(request, engine)[0]?.query;
  };
}

const methods: Readonly<Record<string, Method>> = {
  'title words ANDed': ({ title }) => titleWordsQuery(title),
  'three rarest words ORed': ({ title }, engine) => rarestWordsQuery(title, engine.index),
  'recall, title': form('recall', false),
  recall: form('recall', true),
  'readable, title': form('readable', false),
  readable: form('readable', true),
  'precise, title': form('precise', false),
  precise: form('precise', true),
};

if (!Number.isInteger(budget) || budget < 1) {
  console.error('--budget wants a whole number of records.');
  process.exit(2);
}
if (!existsSync(values.topics)) {
  console.error(
    `There are no topics at ${values.topics}: name a file with --topics, or the data folder with QUERENT_DATA.`,
  );
  process.exit(2);
}
const engine = values.corpus === undefined ? await readData() : await openCorpus(values.corpus);
const known = await readTopics(values.topics);
const strategies = join(data, 'strategies/strategies.jsonl.gz');
const chosen = values['held-out']
  ? await readStrategyTopics(strategies, (id) => engine.index.docOf(id) !== undefined, known)
  : known;
const topics = chosen.filter(({ id }) => id.includes(values.only));
const table = new Map<string, TopicFigures[]>();
const seconds: number[] = [];
for (const topic of topics)
  for (const [name, method] of Object.entries(methods)) {
    const started = performance.now();
    const query = method(topic, engine);
    if (name === 'recall') seconds.push((performance.now() - started) / 1000);
    const figures = await figuresFor(topic, query);
    table.set(name, [...(table.get(name) ?? []), figures]);
    if (values.queries) console.log(`${topic.id} · ${name}\n${figures.query || figures.error}\n`);
  }
print();
await engine.close();

async function figuresFor(topic: ReviewTopic, query: string | undefined): Promise<TopicFigures> {
  const none = { topic: topic.id, query: query ?? '', recall: 0, precision: 0, f3: 0, records: 0 };
  if (query === undefined) return { ...none, error: 'no query' };
  const resolved = resolveText(query);
  if (isUnresolvable(resolved)) return { ...none, error: resolved.problem };
  const { found, count } = await measure(engine, resolved, topic.relevant);
  return figuresOf(topic.id, query, found.length, topic.relevant.length, count);
}

async function readData(): Promise<LocalEngine> {
  const records: CitationRecord[] = [];
  const file = join(data, 'corpus/citations.jsonl.gz');
  for await (const item of importCitations(
    readCitationFile(file, () => undefined),
    file,
  ))
    if (item.kind === 'record') records.push(item.record);
  const thesaurus = await loadMeshFile(join(data, 'mesh/mesh2024_descriptors.jsonl.gz'), () => undefined);
  return memoryEngine(records, { label: 'citations of QUERENT_DATA', thesaurus });
}

function print(): void {
  const names = Object.keys(methods);
  const line = (cells: readonly string[]): string =>
    values.markdown
      ? `| ${cells.join(' | ')} |`
      : cells.map((cell, i) => (i === 0 ? cell.padEnd(38) : cell.padStart(20))).join(' ');
  const rule = (cells: number): void => {
    if (values.markdown) console.log(`|${' --- |'.repeat(cells)}`);
  };
  console.log(line(['topic (recall / precision / records / F3)', ...names]));
  rule(names.length + 1);
  topics.forEach(({ id }, i) => console.log(line([id, ...names.map((name) => cell(table.get(name)?.[i]))])));
  console.log();
  console.log(line(['method', 'recall', 'recall*', 'precision', 'F3', 'median records', 'better']));
  rule(7);
  const titles = table.get('title words ANDed') ?? [];
  for (const name of names) {
    const all = table.get(name) ?? [];
    const trusted = macro(all.filter(({ topic }) => !doubtful.includes(topic)));
    const { recall, precision, f3, medianRecords } = macro(all);
    const better = all.filter((figures, i) => figures.recall > (titles[i]?.recall ?? 0)).length;
    const figures = [recall, trusted.recall, precision, f3].map((value) => value.toFixed(3));
    console.log(line([name, ...figures, String(medianRecords), `${better} of ${all.length}`]));
  }
  console.log(
    `\n* without ${doubtful.join(' and ')}. "better": topics whose recall beats that of the title's words.` +
      `\nMost records a query may find: ${budget}. Time a topic for the recall form with PICO: median ${median(seconds).toFixed(2)} s, longest ${Math.max(...seconds).toFixed(2)} s.`,
  );
}

function cell(figures: TopicFigures | undefined): string {
  if (figures === undefined) return '';
  if (figures.error !== undefined) return figures.error;
  const two = (value: number): string => value.toFixed(2).replace(/^0/, '');
  return `${two(figures.recall)} / ${two(figures.precision)} / ${figures.records} / ${two(figures.f3)}`;
}
