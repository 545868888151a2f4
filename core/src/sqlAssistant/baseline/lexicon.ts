import type { SqlSchema, SqlTable } from '../../sqlSchema/index.ts';
import { nameStems } from '../../sqlSchema/index.ts';
import { rootOf } from './questionWords.ts';

/** What words may name: a table, one of its columns, or a value in a column. */
export interface Named {
  readonly table: SqlTable;
  readonly column: string | undefined;
  /** A value as it is in the database. */
  readonly value?: string;
  /** How much of the name is said, 0..1: 1 for all of it. */
  readonly share: number;
}

/** The names and values of a schema, by how a question would write them. */
export interface Lexicon {
  /** By the stems of the words, run together. */
  readonly names: ReadonlyMap<string, readonly Named[]>;
  /** By the roots of the words, run together: less sure. */
  readonly roots: ReadonlyMap<string, readonly Named[]>;
  /** By the words of the value in lower case, one blank between two. */
  readonly values: ReadonlyMap<string, readonly Named[]>;
}

/** Last words of the names of keys. */
const keyWords = new Set(['id', 'code', 'key', 'no']);

const lexicons = new WeakMap<SqlSchema, Lexicon>();

/** Made once for each schema. */
export function lexiconOf(schema: SqlSchema): Lexicon {
  let lexicon = lexicons.get(schema);
  if (lexicon === undefined) {
    lexicon = makeLexicon(schema);
    lexicons.set(schema, lexicon);
  }
  return lexicon;
}

function makeLexicon({ tables }: SqlSchema): Lexicon {
  const names = new Map<string, Named[]>();
  const roots = new Map<string, Named[]>();
  const values = new Map<string, Named[]>();
  const add = (stems: readonly string[], named: Named): void => {
    put(names, stems.join(''), named);
    put(roots, stems.map(rootOf).join(''), { ...named, share: named.share * 0.9 });
  };
  for (const table of tables) {
    const own = nameStems(table.name);
    addParts(own, (stems, share) => { add(stems, { table, column: undefined, share }); }, own.length > 1 ? 0.5 : 1);
    for (const { name: column, values: held } of table.columns) {
      const stems = nameStems(column);
      const isOwn = stems.length > 1 && stems[0] === own.at(-1);
      // What refers to a row, or tells it apart, is not meant by its beginning: `student` is no `student_id`.
      const isKey = stems.length > 1 && keyWords.has(stems.at(-1) ?? '');
      if (isKey) {
        add(stems, { table, column, share: 1 });
        add(stems.slice(-1), { table, column, share: 0.45 });
      } else addParts(stems, (part, share) => { add(part, { table, column, share }); }, 0.3);
      const other = table.foreignKeys.find((key) => key.column === column)?.table.toLowerCase();
      const role = tables.find((each) => each.name.toLowerCase() === other);
      if (isKey && role !== undefined) add(stems.slice(0, -1), { table: role, column: undefined, share: 0.7 });
      // `name` says all of `course_name` in `Courses`.
      if (isOwn) add(stems.slice(1), { table, column, share: 0.95 });
      for (const sample of held?.samples ?? [])
        if (typeof sample === 'string') put(values, normal(sample), { table, column, value: sample, share: 1 });
    }
  }
  return { names, roots, values };
} // prettier-ignore

/** A name, and its beginnings and ends with the share of its words. @param least shares below are left out */
function addParts(
  stems: readonly string[],
  add: (part: readonly string[], share: number) => void,
  least: number,
): void {
  add(stems, 1);
  for (let length = 1; length < stems.length; length++) {
    const share = (length / stems.length) * 0.9;
    if (share < least * 0.9) continue;
    add(stems.slice(-length), share);
    add(stems.slice(0, length), share * 0.95);
  }
}

function put(map: Map<string, Named[]>, key: string, named: Named): void {
  if (key === '') return;
  const known = map.get(key);
  if (known === undefined) map.set(key, [named]);
  else {
    const at = known.findIndex(({ table, column, value }) => table === named.table && column === named.column && value === named.value);
    if (at < 0) known.push(named);
    else if ((known[at]?.share ?? 0) < named.share) known[at] = named;
  }
} // prettier-ignore

/** The words of a text in lower case, one blank between two. */
export function normal(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}
