import { unquoted } from '../scanner.ts';
import type { Asking, Replacement, Span } from './asking.ts';
import { isSyntax } from './culprits.ts';
import { nameOf } from './spans.ts';

interface StandIn {
  readonly span: Span;
  readonly columns: Set<string>;
  /** ` AS "name"` where no alias follows. */
  readonly alias: string;
}

/** Columns that unknown tables are given at most in one statement. */
const mostColumns = 60;

/**
 * Subqueries that stand for unknown tables, so that the rest of a statement can be asked about. They get each column that is not found elsewhere: whether
 * an unknown table has it cannot be known, so that it is no error.
 */
export class TableStandIns {
  readonly #asking: Asking;
  readonly #standIns: StandIn[] = [];
  #given = 0;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  get replacements(): readonly Replacement[] {
    return this.#standIns.map(written);
  }

  /** Puts a subquery for the table at a place. @returns false where none can stand, as behind INSERT INTO */
  add(span: Span, base: readonly Replacement[]): boolean {
    const name = nameOf(this.#asking.tokens, span).split('.').at(-1) ?? '';
    for (const alias of [` AS "${name.replaceAll('"', '""')}"`, '']) {
      const standIn = { span, columns: new Set<string>(), alias };
      if (isSyntax(this.#asking.with(...this.replacements, written(standIn), ...base))) continue;
      this.#standIns.push(standIn);
      return true;
    }
    return false;
  }

  /** Gives the column of a message to the unknown table that it may belong to. @returns undefined where it belongs to none of them */
  give(
    message: string,
    name: string,
    base: readonly Replacement[],
  ): { readonly message: string | undefined } | undefined {
    const column = name.split('.').at(-1) ?? name;
    for (const { columns } of this.#standIns) {
      if (columns.has(column) || this.#given >= mostColumns) continue;
      this.#given++;
      columns.add(column);
      const other = this.#asking.with(...this.replacements, ...base);
      if (other !== message && !other?.startsWith('ambiguous')) return { message: other };
      columns.delete(column);
    }
    return undefined;
  }

  /** Whether a column is qualified with a name that no table here has: the unknown table's right name, most likely. */
  explains(name: string): boolean {
    const qualifier = name.split('.').at(-2)?.toLowerCase();
    if (qualifier === undefined || this.#standIns.length === 0) return false;
    const { tokens } = this.#asking;
    return !tokens.some(
      (token, i) => unquoted(token).toLowerCase() === qualifier && tokens[i + 1]?.text !== '.',
    );
  }
}

function written({ span, columns, alias }: StandIn): Replacement {
  const list = [...columns].map((column) => `NULL AS "${column.replaceAll('"', '""')}"`);
  return { ...span, text: `(SELECT ${list.length > 0 ? list.join(', ') : 'NULL'})${alias}` };
}
