import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RowError } from '@querent/core/tasks';
import type { SourceItem, SplitName } from '../topic.ts';
import { readJsonLines, readTextLines } from './jsonLines.ts';
import { optionalText, rowId } from './fields.ts';
import { item } from './rows.ts';

/** A judgement, or what is wrong with its line. */
export type Judgement =
  { readonly query: string; readonly document: string; readonly grade: number } | { readonly fault: string };

/** The parts of BEIR's files, by name. */
const parts: Readonly<Record<string, SplitName>> = {
  train: 'train',
  dev: 'validation',
  val: 'validation',
  validation: 'validation',
  test: 'test',
};

/**
 * Topics in the layout of BEIR: `queries.jsonl` with `{_id, text}` and `qrels/{train,dev,test}.tsv` with query, document and grade behind a
 * line of names. Each file of qrels makes a part; a grade of 0 or less is no relevance.
 */
export async function* readBeir(folder: string, source: string): AsyncGenerator<SourceItem> {
  const queries = new Map<string, string>();
  for await (const line of readJsonLines(await oneOf(folder, /^queries\.jsonl(?:\.gz)?$/))) {
    if ('fault' in line) {
      yield { kind: 'excluded', reason: 'bad-row', message: line.fault };
      continue;
    }
    const { place, row } = line;
    try {
      const text = optionalText(row, 'text');
      if (text === undefined) throw new RowError('“text” is missing. Write what the query asks.');
      queries.set(rowId(row, '_id'), text);
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      yield { kind: 'excluded', reason: 'bad-row', message: `${place}: ${error.message}` };
    }
  }
  const names = (await readdir(join(folder, 'qrels'))).filter((name) => /\.tsv(?:\.gz)?$/.test(name)).sort();
  for (const name of names) {
    const part = parts[name.replace(/\.tsv(?:\.gz)?$/, '')];
    yield* readJudged(queries, readQrels(join(folder, 'qrels', name)), `qrels/${name}`, source, part);
  }
}

/** The file of a folder whose name fits. @throws RowError */
export async function oneOf(folder: string, pattern: RegExp): Promise<string> {
  const name = (await readdir(folder)).sort().find((each) => pattern.test(each));
  if (name === undefined) throw new RowError(`${basename(folder)} holds no file like ${pattern.source}.`);
  return join(folder, name);
}

/** Makes a topic of every query that is judged; a query without anything relevant is excluded. */
export async function* readJudged(
  queries: ReadonlyMap<string, string>,
  judgements: AsyncIterable<Judgement>,
  file: string,
  source: string,
  split?: SplitName,
): AsyncGenerator<SourceItem> {
  const grades = new Map<string, Map<string, number>>();
  for await (const each of judgements) {
    if ('fault' in each) {
      yield { kind: 'excluded', reason: 'bad-row', message: each.fault };
      continue;
    }
    const known = grades.get(each.query) ?? new Map<string, number>();
    grades.set(each.query, known);
    known.set(each.document, Math.max(each.grade, known.get(each.document) ?? 0));
  }
  for (const [id, judged] of grades) {
    const text = queries.get(id);
    yield item(`${file}, query ${id}`, () => {
      if (text === undefined) throw new RowError('is judged, but there is no query of that id.');
      const relevant = Object.fromEntries([...judged].filter(([, grade]) => grade > 0));
      if (Object.keys(relevant).length === 0)
        throw new RowError('nothing is judged to be relevant.', 'no-relevant');
      return {
        id,
        task: 'ir',
        input: { question: text },
        target: { relevant, question: text },
        source,
        ...(split === undefined ? {} : { split }),
      };
    });
  }
}

/** BEIR: `query-id <tab> corpus-id <tab> score`; TREC: `query 0 document grade` by white space. */
export async function* readQrels(path: string): AsyncGenerator<Judgement> {
  let isFirst = true;
  for await (const line of readTextLines(path)) {
    if ('fault' in line) {
      yield { fault: line.fault };
      continue;
    }
    const fields = line.text.trim().split(line.text.includes('\t') ? /\t/ : /\s+/);
    const isNames = isFirst && !/^[-\d.]+$/.test(fields.at(-1) ?? '');
    isFirst = false;
    if (isNames) continue;
    const [query, second, third, fourth] = fields;
    const [document, score] = fields.length === 4 ? [third, fourth] : [second, third];
    const grade = Number(score);
    if (fields.length < 3 || fields.length > 4 || !query || !document || !score || !Number.isFinite(grade))
      yield {
        fault: `${line.place} is no judgement. Write “query 0 document grade”, or three columns with tabs.`,
      };
    else yield { query, document, grade };
  }
}
