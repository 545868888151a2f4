import { wildcardsIn } from '../longQuery.ts';
import { errorQuestion, MOST_CHARACTERS, MOST_WILDCARDS, WITNESS_ROOM } from './question.ts';
import type { Row } from './question.ts';

/** Parentheses, operators and blanks around a text each time it stands in a question. */
const AROUND = 10;
/** Characters of one id with its tag and operator: `12345678[uid] OR `. */
const ID = 18;
/** What stands around the lists of a group of rows. */
const FRAME = 40;

/** Rows in as few parts as each make a question that can be sent; a row that fits in none by itself is left over. */
export function packRows<R extends Row>(
  rows: readonly R[],
  ids: readonly string[],
): { readonly packs: readonly (readonly R[])[]; readonly tooLong: readonly R[] } {
  const packs: R[][] = [];
  const tooLong: R[] = [];
  let pack: R[] = [];
  let [length, wildcards] = [0, 0];
  let list = '';
  const own = 2 * (ids.length * ID + AROUND) + WITNESS_ROOM;
  const close = (): void => {
    if (pack.length > 0) packs.push(pack);
    pack = [];
    [length, wildcards, list] = [own, 0, '-'];
  };
  close();
  for (const { row, found, key } of sortedByPrediction(rows, ids)) {
    const isPlain = found === 0 || found === ids.length;
    const shorter = Math.min(found, ids.length - found);
    const text = (isPlain ? 1 : 2) * (row.text.length + AROUND);
    const stars = (isPlain ? 1 : 2) * wildcardsIn(row.text);
    const lists = isPlain ? 0 : 2 * (shorter * ID + FRAME);
    if (own + text + lists > MOST_CHARACTERS || stars > MOST_WILDCARDS) {
      tooLong.push(row);
      continue;
    }
    const isFull = (more: number): boolean =>
      length + text + more > MOST_CHARACTERS || wildcards + stars > MOST_WILDCARDS;
    if (isFull(key === list ? 0 : lists)) close();
    length += text + (key === list ? 0 : lists);
    wildcards += stars;
    list = key;
    pack.push(row);
  }
  close();
  return { packs, tooLong };
}

/** Rows with equal predictions side by side, so that they share lists of ids. */
function sortedByPrediction<R extends Row>(
  rows: readonly R[],
  ids: readonly string[],
): readonly { readonly row: R; readonly found: number; readonly key: string }[] {
  return rows
    .map((row) => {
      const found = ids.flatMap((id, i) => (row.found.has(id) ? [i] : []));
      return { row, found: found.length, key: found.join(' ') };
    })
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** What is to be found out about some seeds: whether any of the rows is wrong about each. */
export interface Test {
  readonly rows: readonly Row[];
  readonly ids: readonly string[];
}

/** Questions that together answer all tests, as few as can be: a seed is in the answer to one of them where a row is wrong about it. */
export function questionsOf(tests: readonly Test[]): readonly { term: string; ids: readonly string[] }[] {
  const pieces = tests.flatMap(({ rows, ids }) =>
    packRows(rows, ids).packs.map((pack) => ({ term: errorQuestion(pack, ids), ids })),
  );
  const questions: { terms: string[]; ids: Set<string>; length: number; wildcards: number }[] = [];
  for (const { term, ids } of pieces) {
    const [length, wildcards] = [term.length + AROUND, wildcardsIn(term)];
    let open = questions.at(-1);
    if (
      open === undefined ||
      open.length + length > MOST_CHARACTERS ||
      open.wildcards + wildcards > MOST_WILDCARDS
    )
      questions.push((open = { terms: [], ids: new Set(), length: WITNESS_ROOM, wildcards: 0 }));
    open.terms.push(term);
    open.length += length;
    open.wildcards += wildcards;
    for (const id of ids) open.ids.add(id);
  }
  return questions.map(({ terms, ids }) => ({
    term: terms.length === 1 ? terms.join('') : terms.map((term) => `(${term})`).join(' OR '),
    ids: [...ids],
  }));
}
