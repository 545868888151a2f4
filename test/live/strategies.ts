/** Strategies over the records of a library, as long as real ones: for the soak and the benchmark of live search. */
import { hasRecords } from '@querent/core/connectors';
import type { CitationRecord } from '@querent/core/corpus';
import { seededRandom } from '@querent/core/metrics';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { isUnresolvable, parseStrategy, resolveLine, resolveText } from '@querent/core/strategy';
import { openCitations } from '@querent/server/library';

/** A made strategy: what its document holds. */
export interface MadeStrategy {
  /** By number, from 1: what stands behind `#1 `. */
  readonly lines: readonly string[];
  /** Ids of records that share a topic. */
  readonly seeds: readonly string[];
  readonly title: string;
}

/** Characters; 14,000 go in one piece. */
const LONG = 15_000;
/** Lines of one block: nine of terms, and one that joins them. */
const BLOCK = 10;

/**
 * A strategy of `count` lines as people write them: blocks of nine lines of terms and a tenth that joins them with OR, and as the last line all
 * blocks with AND, so that an edit of a term changes three lines. The words are those of the seeds and of other records, so that lines find some seeds and miss others.
 * @param records what is searched; at least `seeds`
 * @param count a multiple of 10
 */
export function makeStrategy(
  records: readonly CitationRecord[],
  {
    seed,
    count = 60,
    seeds: wanted = 20,
  }: { readonly seed: number; readonly count?: number; readonly seeds?: number },
): MadeStrategy {
  const whole = seededRandom(seed);
  const random = (): number => whole() / 2 ** 32;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const seeds = onOneTopic(records, wanted, pick);
  const used = new Set<string>();
  const term = (): string => {
    for (;;) {
      // Two words of three are of the seeds; every line is another one.
      const text = termOf(pick(random() < 2 / 3 ? seeds : records), pick, random);
      if (text === undefined || used.has(text)) continue;
      used.add(text);
      return text;
    }
  };
  const lines: string[] = [];
  for (let at = 1; at < count; at++)
    lines.push(
      at % BLOCK === 0
        ? Array.from({ length: BLOCK - 1 }, (_, i) => `#${at - BLOCK + 1 + i}`).join(' OR ')
        : Array.from({ length: 1 + Math.floor(random() * 3) }, term).join(' OR '),
    );
  const blocks = Array.from({ length: count / BLOCK - 1 }, (_, i) => `#${BLOCK * (i + 1)}`);
  const rest = Array.from({ length: BLOCK - 1 }, (_, i) => `#${count - BLOCK + 1 + i}`);
  // All blocks with AND find nothing in a small library: two questions, as some reviews have.
  const half = Math.ceil(blocks.length / 2);
  const [one, other] = [blocks.slice(0, half), [...blocks.slice(half), `(${rest.join(' OR ')})`]];
  lines.push(`(${one.join(' AND ')}) OR (${other.join(' AND ')})`);
  return {
    lines,
    seeds: seeds.map(({ id }) => id),
    title: `A strategy of ${count} lines, made with seed ${seed}`,
  };
}

/** The strategy with one line that is longer than what can be sent in one piece: some 15,000 characters of terms. */
export function withLongLine(
  { lines, ...rest }: MadeStrategy,
  records: readonly CitationRecord[],
): MadeStrategy {
  const words = [...new Set(records.flatMap(({ title }) => wordsOf(title)))];
  const terms: string[] = [];
  for (let length = 0, at = 0; length < LONG; at++) {
    const word = words[at % words.length] as string;
    // Words run out in a small library; one that is not there finds nothing.
    const term = at < words.length ? `${word}[ti]` : `${word}${at}[ti]`;
    length += term.length + ' OR '.length;
    terms.push(term);
  }
  return { ...rest, lines: lines.with(2, terms.join(' OR ')) };
}

/** The strategy with other terms in one of its lines of terms; never the same twice, so that nothing of it has been asked before. */
export function withEdit({ lines, ...rest }: MadeStrategy, edit: number): MadeStrategy {
  const places = lines.flatMap((line, at) => (line.startsWith('#') || line.startsWith('(') ? [] : [at]));
  const place = places[(edit * 7) % places.length] ?? 0;
  return {
    ...rest,
    lines: lines.map((line, at) => (at === place ? `${line} OR "edit ${edit} of this line"[tiab]` : line)),
  };
}

/** As a document that is measured live. */
export function documentOf({ lines, seeds, title }: MadeStrategy, database = 'pubmed'): string {
  const front = ['---', `title: ${title}`, `database: ${database}`, `seeds: [${seeds.join(', ')}]`, '---'];
  return [...front, ...lines.map((line, at) => `#${at + 1} ${line}`), ''].join('\n');
}

/** The lines as queries, in their order. */
export function queriesOf(strategy: MadeStrategy): readonly ResolvedQuery[] {
  const document = parseStrategy(documentOf(strategy));
  return document.lines.map(({ label }) => {
    const query = resolveLine(document, label);
    if (isUnresolvable(query)) throw new Error(`Line ${label}: ${query.problem}`);
    return query;
  });
}

/** The records of a citation library or file with a PMID, at most so many, spread over all of it. */
export async function recordsOf(path: string, most = 4_000): Promise<readonly CitationRecord[]> {
  const { engine } = await openCitations(path);
  try {
    if (!hasRecords(engine)) throw new Error(`${path} hands out no records.`);
    const all = resolveText('1500:3000[dp]');
    const ids: string[] = [];
    if (!isUnresolvable(all)) for await (const page of engine.allIds(all)) ids.push(...page);
    const pmids = ids.filter((id) => /^[1-9]\d{0,8}$/.test(id));
    const step = Math.max(1, pmids.length / most);
    const some = Array.from(
      { length: Math.min(most, pmids.length) },
      (_, i) => pmids[Math.floor(i * step)] as string,
    );
    const records: CitationRecord[] = [];
    for await (const batch of engine.fetchRecords(some)) records.push(...batch);
    return records;
  } finally {
    await engine.close();
  }
}

/** Records that share a heading, else a word of the title. */
function onOneTopic(
  records: readonly CitationRecord[],
  wanted: number,
  pick: <T>(from: readonly T[]) => T,
): readonly CitationRecord[] {
  const topics = new Map<string, CitationRecord[]>();
  for (const record of records)
    for (const topic of new Set([...record.mesh.map(nameOf), ...wordsOf(record.title)]))
      topics.set(topic, [...(topics.get(topic) ?? []), record]);
  const large = [...topics.values()].filter(
    (members) => members.length >= wanted && members.length < records.length / 2,
  );
  const members = [...(large.length > 0 ? pick(large) : records)];
  const chosen: CitationRecord[] = [];
  while (chosen.length < wanted && members.length > 0)
    chosen.push(...members.splice(members.indexOf(pick(members)), 1));
  return chosen;
}

/** One term of a record in one of the ways in which people write terms; undefined where the record has none of that kind. */
function termOf(
  record: CitationRecord,
  pick: <T>(from: readonly T[]) => T,
  random: () => number,
): string | undefined {
  const words = wordsOf(record.title);
  const word = pick(words);
  if (word === undefined) return undefined;
  const kind = random();
  if (kind < 0.3) return `${word}[tiab]`;
  if (kind < 0.45) return `${word.slice(0, Math.max(5, word.length - 2))}*[tiab]`;
  if (kind < 0.55) return word;
  if (kind < 0.65) return `${word}[ti]`;
  // Words that stand side by side: people search for phrases that exist, and PubMed takes others apart.
  if (kind < 0.8) {
    const phrase = pick(phrasesOf(record.title));
    return phrase === undefined ? undefined : `"${phrase}"[tiab]`;
  }
  const heading = record.mesh.length > 0 ? nameOf(pick(record.mesh)) : undefined;
  return heading === undefined ? undefined : `"${heading}"[mh${random() < 0.3 ? ':noexp' : ''}]`;
}

/** Pairs of words that stand side by side. */
function phrasesOf(title: string): readonly string[] {
  const words = title.toLowerCase().split(' ');
  return words.flatMap((word, at) => {
    const next = words[at + 1];
    return next !== undefined && /^[a-z]{5,}$/.test(word) && /^[a-z]{5,}$/.test(next)
      ? [`${word} ${next}`]
      : [];
  });
}

function nameOf(heading: string): string {
  return (heading.split('/')[0] ?? '').replaceAll('*', '');
}

/** Words of letters only, long enough to mean something. */
function wordsOf(title: string): readonly string[] {
  return (title.toLowerCase().match(/[a-z]+/g) ?? []).filter((word) => word.length >= 5 && !COMMON.has(word));
}

const COMMON = new Set([
  'among',
  'about',
  'after',
  'their',
  'there',
  'these',
  'those',
  'which',
  'while',
  'where',
  'using',
  'between',
]);
