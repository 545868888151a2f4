import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { SourceItem } from '../topic.ts';
import { oneOf, readJudged, readQrels } from './beir.ts';
import { readTextLines } from './jsonLines.ts';

const TOPICS = /topics|queries/i;
const QRELS = /qrels/i;

/** Whether a folder has the layout of TREC: a file of topics and one of qrels. */
export function looksLikeTrec(names: readonly string[]): boolean {
  return names.some((name) => TOPICS.test(name)) && names.some((name) => QRELS.test(name));
}

/**
 * Topics in the layout of TREC, from a folder with one file of topics (`*topics*`) and files of qrels (`*qrels*`). Topics are `<top>` with
 * `<num>` and `<title>`, tags closed or not, `<topic number="...">` with `<query>`, `<question>` or `<title>`, or `id <tab> text`.
 */
export async function* readTrec(folder: string, source: string): AsyncGenerator<SourceItem> {
  const queries = new Map<string, string>();
  for await (const each of readTopics(await oneOf(folder, TOPICS)))
    if ('fault' in each) yield { kind: 'excluded', reason: 'bad-row', message: each.fault };
    else queries.set(each.id, each.text);
  for (const name of (await readdir(folder)).filter((each) => QRELS.test(each)).sort())
    yield* readJudged(queries, readQrels(join(folder, name)), name, source);
}

type TrecTopic = { readonly id: string; readonly text: string } | { readonly fault: string };

async function* readTopics(path: string): AsyncGenerator<TrecTopic> {
  const name = basename(path);
  const lines: string[] = [];
  for await (const line of readTextLines(path))
    if ('fault' in line) yield { fault: line.fault };
    else if (extname(name.replace(/\.gz$/, '')) === '.tsv') yield fromTsv(line.text, line.place);
    else lines.push(line.text);
  if (lines.length === 0) return;
  const text = lines.join('\n');
  if (!/<top(?:ic)?\b/i.test(text)) {
    for (const [i, line] of lines.entries()) yield fromTsv(line, `${name}, line ${i + 1}`);
    return;
  }
  for (const [i, block] of text
    .split(/<top(?:ic)?(?=[\s>])/i)
    .slice(1)
    .entries())
    yield fromBlock(block.split(/<\/top(?:ic)?>/i)[0] ?? '', `${name}, topic ${i + 1}`);
}

function fromTsv(line: string, place: string): TrecTopic {
  const [id, ...rest] = line.split('\t');
  const text = rest.join(' ').trim();
  if (!id?.trim() || text === '') return { fault: `${place} is no topic. Write its id, a tab and its text.` };
  return { id: id.trim(), text };
}

/** SGML of old tracks leaves tags open: a field ends where the next begins. */
function fromBlock(block: string, place: string): TrecTopic {
  const field = (tag: string): string | undefined => {
    const text = new RegExp(`<${tag}[^>]*>([^<]*)`, 'i').exec(block)?.[1];
    const plain = text
      ?.replace(/^\s*(?:number|topic|description)\s*:/i, '')
      .replace(/&(lt|gt|amp|quot|apos);/g, (_, entity: string) => entities[entity] ?? '')
      .replace(/\s+/g, ' ')
      .trim();
    return plain === '' ? undefined : plain;
  };
  const id = field('num') ?? /^[^>]*\bnumber\s*=\s*["']?([^"'\s>]+)/i.exec(block)?.[1];
  const text = field('title') ?? field('query') ?? field('question') ?? field('desc');
  if (id === undefined) return { fault: `${place} has no number. Write <num> or <topic number="...">.` };
  if (text === undefined) return { fault: `${place} has no text. Write <title>, <query> or <question>.` };
  return { id, text };
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
