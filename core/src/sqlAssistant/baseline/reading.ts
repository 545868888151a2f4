import type { SqlTable } from '../../sqlSchema/index.ts';
import type { Mention, Named, QuestionWord } from './mentions.ts';

/**
 * A question as it is being understood: its words, what they name, the table that it is about, and, once a column of it is needed, one other
 * table that is joined over a foreign key.
 */
export class Reading {
  readonly words: readonly QuestionWord[];
  readonly mentions: readonly Mention[];
  readonly subject: SqlTable;
  /** What a condition, a group or an order has taken, so that it is not asked for. */
  readonly taken = new Set<Mention>();
  #joined: { readonly table: SqlTable; readonly on: string } | undefined;

  constructor(words: readonly QuestionWord[], mentions: readonly Mention[], subject: SqlTable) {
    this.words = words;
    this.mentions = mentions;
    this.subject = subject;
  }

  /** What stands behind `FROM`. */
  get from(): string {
    const { name } = this.subject;
    if (this.#joined === undefined) return quotedName(name);
    return `${quotedName(name)} JOIN ${quotedName(this.#joined.table.name)} ON ${this.#joined.on}`;
  }

  /** The column of a mention: of the subject rather than of a table that can be joined, which it then is. */
  column({ named }: Mention): string | undefined {
    const columns = named.filter(
      (each): each is Named & { readonly column: string } => each.column !== undefined,
    );
    const own =
      columns.find(({ table }) => table === this.subject) ?? columns.find(({ table }) => this.reaches(table));
    if (own === undefined) return undefined;
    // A word that names the subject means it, though another table has a column of that name.
    if (own.table !== this.subject && named.some(({ table }) => table === this.subject)) return undefined;
    return this.qualified(own.table, own.column);
  }

  /** Whether a table is the subject, is joined, or can be. */
  reaches(table: SqlTable): boolean {
    if (table === this.subject) return true;
    return this.#joined === undefined
      ? joinOf(this.subject, table) !== undefined
      : this.#joined.table === table;
  }

  /** A column with its table, which is joined when it has to be. */
  qualified(table: SqlTable, column: string): string {
    if (table !== this.subject && this.#joined === undefined) {
      const on = joinOf(this.subject, table);
      if (on !== undefined) this.#joined = { table, on };
    }
    return `${quotedName(table.name)}.${quotedName(column)}`;
  }

  /** The column of the subject whose name fits. */
  columnLike(pattern: RegExp | undefined): string | undefined {
    const column = this.subject.columns.find(({ name }) => pattern?.test(name));
    return column === undefined ? undefined : this.qualified(this.subject, column.name);
  }

  /** Whether any of these words is there. @param wanted in lower case */
  has(...wanted: readonly string[]): boolean {
    return this.words.some(({ text, kind }) => kind === 'word' && wanted.includes(text.toLowerCase()));
  }

  /** Place of these words in a row. @param wanted in lower case */
  indexOf(...wanted: readonly string[]): number | undefined {
    const at = this.words.findIndex((_, i) =>
      wanted.every((word, j) => this.words[i + j]?.text.toLowerCase() === word),
    );
    return at < 0 ? undefined : at;
  }

  /** Up to `count` words before a place, in lower case. */
  before(place: number, count: number): readonly string[] {
    return this.words.slice(Math.max(0, place - count), place).map(({ text }) => text.toLowerCase());
  }
}

/** How two tables are joined: by a foreign key of either. */
function joinOf(a: SqlTable, b: SqlTable): string | undefined {
  const key = (from: SqlTable, to: SqlTable): string | undefined => {
    const found = from.foreignKeys.find(
      (each) => each.table.toLowerCase() === to.name.toLowerCase() && each.to !== '',
    );
    if (found === undefined) return undefined;
    return `${quotedName(from.name)}.${quotedName(found.column)} = ${quotedName(to.name)}.${quotedName(found.to)}`;
  };
  return key(a, b) ?? key(b, a);
}

/** A name as SQL reads it, whatever it is. */
export function quotedName(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
