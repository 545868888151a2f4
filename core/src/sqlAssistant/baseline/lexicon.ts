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
  const names = new Entries();
  const roots = new Entries();
  const values = new Entries();
  const add = (stems: readonly string[], named: Named): void => {
    names.put(stems.join(''), named);
    roots.put(stems.map(rootOf).join(''), { ...named, share: named.share * 0.9 });
  };
  // The first of a name, as it is found by looking through them.
  const byName = new Map([...tables].reverse().map((table) => [table.name.toLowerCase(), table]));
  const tableNames = new Set(tables.map(({ name }) => nameStems(name).join('')));
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
        // `product type` is `product_type_code`, where no table is called so.
        if (/^(?:code|no)$/u.test(stems.at(-1) ?? '') && !tableNames.has(stems.slice(0, -1).join(''))) addParts(stems.slice(0, -1), (part, share) => { add(part, { table, column, share: share * 0.95 }); }, 0.3);
      } else addParts(stems, (part, share) => { add(part, { table, column, share }); }, 0.3);
      // `country code` in `country`, whose key is called `code`.
      if (stems.length === 1 && keyWords.has(stems[0] ?? '')) add([...own, ...stems], { table, column, share: 0.97 });
      const other = table.foreignKeys.find((key) => key.column === column)?.table.toLowerCase();
      const role = other === undefined ? undefined : byName.get(other);
      if (isKey && role !== undefined) add(stems.slice(0, -1), { table: role, column: undefined, share: 0.7 });
      // `name` says all of `course_name` in `Courses`.
      if (isOwn) add(stems.slice(1), { table, column, share: 0.95 });
      for (const sample of held?.samples ?? [])
        if (typeof sample === 'string') values.put(normal(sample), { table, column, value: sample, share: 1 });
    }
  }
  return { names: names.all(), roots: roots.all(), values: values.all() };
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

/** What each key names, every thing once, with the largest share; in the order in which it came. Thousands of columns have one name in large schemas. */
class Entries {
  readonly #entries = new Map<string, Map<string, Named>>();
  readonly #tables = new Map<SqlTable, number>();

  put(key: string, named: Named): void {
    if (key === '') return;
    let entry = this.#entries.get(key);
    if (entry === undefined) this.#entries.set(key, (entry = new Map<string, Named>()));
    const id = this.#idOf(named);
    if ((entry.get(id)?.share ?? -1) < named.share) entry.set(id, named);
  }

  all(): ReadonlyMap<string, readonly Named[]> {
    return new Map([...this.#entries].map(([key, entry]) => [key, [...entry.values()]]));
  }

  #idOf({ table, column, value }: Named): string {
    let number = this.#tables.get(table);
    if (number === undefined) this.#tables.set(table, (number = this.#tables.size));
    return [number, column ?? '', value ?? ''].join('\0');
  }
}

/** The words of a text in lower case, one blank between two. */
export function normal(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}
