import { stopwords } from '@querent/core/pubmed';

/** Topics whose words agree so far (Jaccard) are near-duplicates. */
const NEAR = 0.8;
/** Texts of fewer distinct words are compared for equality only: three of four words say little. */
const FEWEST_WORDS = 5;

/** Letters and digits in lower case, without accents, one space between words: what two texts must share to be equal. */
export function normalised(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** What an input says, part by part: a title, a PICO or a question. A schema is left out: all questions of a database share it. */
export function partsOf(input: Readonly<Record<string, unknown>>): readonly string[] {
  const parts: string[] = [];
  const database = input['db'] ?? input['database'];
  const around = typeof database === 'string' ? `${database} ` : '';
  for (const [key, value] of Object.entries(input)) {
    if (['schema', 'db', 'database', 'evidence'].includes(key)) continue;
    const text = normalised(leaves(value).join('\n'));
    if (text !== '') parts.push(`${around}${text}`);
  }
  return parts;
}

function leaves(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}

/**
 * Pairs of texts whose sets of words have a Jaccard similarity of at least `threshold`, exactly: two such sets share one of their rarest
 * words, so only texts that share one are compared (prefix filter, Chaudhuri et al. 2006, Bayardo et al. 2007). Stop words do not count.
 * @returns pairs (i, j) with i < j
 */
export function nearPairs(
  texts: readonly string[],
  threshold = NEAR,
): readonly (readonly [number, number])[] {
  const sets = texts.map(
    (text) => new Set(text.split(' ').filter((word) => word !== '' && !stopwords.has(word))),
  );
  const frequency = new Map<string, number>();
  for (const set of sets) for (const word of set) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const rarest = sets.map((set) =>
    [...set].sort((a, b) => (frequency.get(a) ?? 0) - (frequency.get(b) ?? 0) || (a < b ? -1 : 1)),
  );
  const holders = new Map<string, number[]>();
  const pairs: (readonly [number, number])[] = [];
  for (const [j, words] of rarest.entries()) {
    const own = sets[j];
    if (own === undefined || own.size < FEWEST_WORDS) continue;
    const compared = new Set<number>();
    for (const word of words.slice(0, own.size - Math.ceil(threshold * own.size) + 1)) {
      const others = holders.get(word);
      if (others === undefined) {
        holders.set(word, [j]);
        continue;
      }
      for (const i of others) {
        const other = sets[i];
        if (other === undefined || compared.has(i)) continue;
        compared.add(i);
        if (jaccard(other, own) >= threshold) pairs.push([i, j]);
      }
      others.push(j);
    }
  }
  return pairs;
}

/** Shared / all members of two sets, 0..1; 0 for two empty ones. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const each of small) if (large.has(each)) shared++;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}
