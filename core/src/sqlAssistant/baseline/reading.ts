import { joinPaths, joinTables, joinsOf } from '../../sqlSchema/index.ts';
import type { SqlJoin, SqlSchema, SqlTable } from '../../sqlSchema/index.ts';
import type { Named } from './lexicon.ts';
import { nameColumn } from './mentions.ts';
import type { Mention } from './mentions.ts';
import type { QuestionWord } from './questionWords.ts';

/** A column of a table that a question means. */
export interface ColumnOf {
  readonly table: SqlTable;
  readonly column: string;
  /** The part of a day that is meant, as `strftime` writes it. */
  readonly period?: string;
}

/** What a table costs that has to be joined, a step by a key; and one that cannot be. */
const stepCost = 0.6;
const unreachable = 6;

/**
 * A question as it is being understood: its words, what they name, the table that it is about, and the tables that are needed so far.
 */
export class Reading {
  readonly words: readonly QuestionWord[];
  readonly mentions: readonly Mention[];
  readonly schema: SqlSchema;
  readonly subject: SqlTable;
  /** What a condition, a group or an order has taken, so that it is not asked for. */
  readonly taken = new Set<Mention>();
  /** Places of numbers that are no value of a condition, such as that of `top 3`. */
  readonly spent = new Set<number>();
  /** Tables of subqueries. */
  readonly inside = new Set<SqlTable>();
  /** Tables of the statement, in the order in which they came up. */
  readonly used = new Set<SqlTable>();
  readonly #distances = new Map<SqlTable, number>();
  readonly #tables = new Map<Mention, SqlTable | undefined>();
  readonly #named: ReadonlySet<SqlTable>;

  constructor(words: readonly QuestionWord[], mentions: readonly Mention[], schema: SqlSchema, subject: SqlTable) {
    this.words = words;
    this.mentions = mentions;
    this.schema = schema;
    this.subject = subject;
    this.#named = new Set(
      mentions.flatMap(({ named }) => named.filter((each) => each.column === undefined && each.share >= 0.9).map(({ table }) => table)),
    );
  } // prettier-ignore

  /** What stands behind `FROM`; undefined when the tables that are needed cannot be joined. */
  from(): string | undefined {
    const used = this.used.size === 0 ? [this.subject] : [...this.used];
    return fromTables(this.schema, used.map(({ name }) => name)); // prettier-ignore
  }

  /** A column as the statement writes it; its table is joined. */
  refer({ table, column, period }: ColumnOf): string {
    this.used.add(table);
    const text = columnText(table, column);
    return period === undefined ? text : `strftime(${quotedText(period)}, ${text})`;
  }

  /** Steps from the subject to a table, 0 for itself. */
  distance(table: SqlTable): number {
    let distance = this.#distances.get(table);
    if (distance === undefined) {
      const [path] = table === this.subject ? [[]] : joinPaths(this.schema, [this.subject.name], table.name, 1);
      const isAlike = path === undefined && sharedColumn(this.subject, table) !== undefined;
      distance = isAlike ? 3 : path === undefined ? Number.POSITIVE_INFINITY : path.reduce((sum, { kind }) => sum + (kind === 'key' ? 1 : 2), 0);
      this.#distances.set(table, distance);
    }
    return distance;
  } // prettier-ignore

  /** The table that a mention names in full or in part; of several the nearest to the subject. Found once: thousands of tables may share a word. */
  table(mention: Mention): SqlTable | undefined {
    if (mention.isValue) return undefined;
    if (!this.#tables.has(mention)) this.#tables.set(mention, this.#tableOf(mention));
    return this.#tables.get(mention);
  }

  #tableOf({ named }: Mention): SqlTable | undefined {
    const tables = named.filter(({ column }) => column === undefined);
    const best = tables.sort((a, b) => b.share - a.share || this.distance(a.table) - this.distance(b.table))[0];
    if (best === undefined) return undefined;
    // A column of that very name, where the table is called so in part only.
    return best.share < 0.9 && named.some(({ column, share }) => column !== undefined && share > best.share)
      ? undefined
      : best.table;
  } // prettier-ignore

  /**
   * The column that a mention means: the one said in full, of a table that is named beside it, needed already, or near to the subject.
   * @param fits which columns can be meant here
   */
  column(mention: Mention, fits: (named: ColumnOf & Named) => boolean = () => true): ColumnOf | undefined {
    if (mention.isValue) return undefined;
    const [best] = this.ranked(mention, fits);
    return this.#calledOtherwise(mention, best, fits) ?? (best === undefined ? undefined : this.#referred(best, fits));
  } // prettier-ignore

  /** `album names`, where albums have titles; and of a person's two names the first. */
  #calledOtherwise({ start, end }: Mention, best: ColumnOf | undefined, fits: (named: ColumnOf & Named) => boolean): ColumnOf | undefined {
    if (end - start > 1 || this.words[start]?.stem !== 'name') return undefined;
    const table = this.beside({ start, end }) ?? best?.table;
    if (table === undefined) return undefined;
    const isOther = best !== undefined && best.table !== table;
    const isLast = best !== undefined && /^last_?name$/iu.test(best.column);
    const column = best === undefined || isOther || isLast ? nameColumn(table) : undefined;
    return column !== undefined && fits({ table, column, share: 1 }) ? { table, column } : undefined;
  } // prettier-ignore

  /** The key that a column refers to, where its table is named: the ids of cars are those of the cars, and not those of their sales. */
  #referred(found: ColumnOf & Named, fits: (named: ColumnOf & Named) => boolean): ColumnOf {
    const key = found.table.foreignKeys.find(({ column }) => column === found.column);
    const other = this.schema.tables.find(({ name }) => name.toLowerCase() === key?.table.toLowerCase());
    if (key === undefined || key.to === '' || other === undefined || (!this.#named.has(other) && other !== this.subject)) return found;
    const referred = { ...found, table: other, column: key.to };
    return fits(referred) ? referred : found;
  } // prettier-ignore

  /** All columns that a mention may mean, best first. */
  ranked(
    mention: Mention,
    fits: (named: ColumnOf & Named) => boolean = () => true,
  ): readonly (ColumnOf & Named)[] {
    const beside = this.beside(mention);
    return mention.named
      .filter((each): each is ColumnOf & Named => each.column !== undefined && fits(each as ColumnOf & Named))
      .map((each) => ({ each, score: this.#score(each, beside) }))
      .sort((a, b) => b.score - a.score)
      .map(({ each }) => each);
  }

  #score({ table, share }: Named, beside: SqlTable | undefined): number {
    const steps = this.distance(table);
    return (
      3 * share +
      (table === beside ? 2 : 0) +
      (this.#named.has(table) ? 1 : 0) +
      (this.used.has(table) ? 0.8 : 0) +
      (table === this.subject ? 0.8 : 0) -
      (Number.isFinite(steps) ? stepCost * steps : unreachable)
    );
  }

  /** The table that stands beside a name: `teacher names`, `Kyle's id`, `names of all the teachers`. */
  beside({ start, end }: Pick<Mention, 'start' | 'end'>): SqlTable | undefined {
    const previous = this.mentions.find((each) => each.end === start || (each.end === start - 1 && this.words[start - 1]?.low === 's'));
    const before = previous === undefined ? undefined : this.table(previous);
    if (before !== undefined) return before;
    // `the customer with id 10`
    const owner = this.mentions.find((each) => start - each.end >= 1 && start - each.end <= 2 && /^(?:with|whose|having)(?: (?:an?|the))?$/u.test(this.between(each.end, start).join(' ')));
    const owned = owner === undefined ? undefined : this.table(owner);
    if (owned !== undefined) return owned;
    const next = this.mentions.find((each) => each.start >= end && each.start - end <= 5 && this.table(each) !== undefined);
    if (next === undefined) return undefined;
    const between = this.words.slice(end, next.start).map(({ low }) => low);
    return between.some((word) => /^(?:of|for|from)$/u.test(word)) ? this.table(next) : undefined;
  } // prettier-ignore

  /** Whether any of these words is there. @param wanted in lower case */
  has(...wanted: readonly string[]): boolean {
    return this.words.some(({ low, kind }) => kind === 'word' && wanted.includes(low));
  }

  /** Places of all occurrences of these words in a row. @param wanted in lower case */
  placesOf(...wanted: readonly string[]): readonly number[] {
    return this.words.flatMap((_, i) => (wanted.every((word, j) => this.words[i + j]?.low === word) ? [i] : []));
  } // prettier-ignore

  /** Up to `count` words before a place, in lower case. */
  before(place: number, count: number): readonly string[] {
    return this.words.slice(Math.max(0, place - count), place).map(({ low }) => low);
  }

  /** The words from one place to another, in lower case. */
  between(start: number, end: number): readonly string[] {
    return this.words.slice(start, end).map(({ low }) => low);
  }

  /** The first mention from a place on, at most so many words away. */
  next(place: number, within: number): Mention | undefined {
    return this.mentions.find(({ start }) => start >= place && start - place <= within);
  }
}

/** Tables joined over keys, others between them where needed; undefined when they cannot be. */
export function fromTables(schema: SqlSchema, names: readonly string[]): string | undefined {
  const joins = joinTables(schema, names) ?? joinsByName(schema, names);
  const [first] = names;
  if (joins === undefined || first === undefined) return undefined;
  return [
    quotedName(first),
    ...joins.map((each) => likeliestJoin(schema, each)).map(
      ({ from, to, on }) =>
        `JOIN ${quotedName(to)} ON ${on
          .map((pair) => `${quotedName(from)}.${quotedName(pair.from)} = ${quotedName(to)}.${quotedName(pair.to)}`)
          .join(' AND ')}`,
    ),
  ].join(' ');
} // prettier-ignore

/** Where no key joins tables: each to one before it by a column of one name, but for such as `id`. */
function joinsByName({ tables }: SqlSchema, names: readonly string[]): readonly SqlJoin[] | undefined {
  const joins: SqlJoin[] = [];
  for (const [i, to] of names.entries()) {
    if (i === 0) continue;
    const found = names.slice(0, i).flatMap((from): readonly SqlJoin[] => {
      const column = sharedColumn(
        tables.find(({ name }) => name === from),
        tables.find(({ name }) => name === to),
      );
      return column === undefined
        ? []
        : [{ from, to, on: [{ from: column, to: column }], kind: 'guessed', isToOne: false }];
    })[0];
    if (found === undefined) return undefined;
    joins.push(found);
  }
  return joins;
}

function sharedColumn(a: SqlTable | undefined, b: SqlTable | undefined): string | undefined {
  return a?.columns.find(
    ({ name }) =>
      // What rows of any two tables may share says nothing: a day, a state, an amount.
      /(?:id|code|key|no|name|number)$/iu.test(name) &&
      !/^(?:id|name|code|key|no|number|first_?name|last_?name|user_?name)$/iu.test(name) &&
      b?.columns.some((other) => other.name === name),
  )?.name;
}

/** Of several keys between two tables the one whose columns have one name, else the first in the order of the columns. */
export function likeliestJoin(schema: SqlSchema, join: SqlJoin): SqlJoin {
  const place = ({ from, to, on }: SqlJoin): number => {
    const [pair] = on;
    const at = (name: string, column: string | undefined): number =>
      schema.tables.find((each) => each.name === name)?.columns.findIndex((each) => each.name === column) ?? 0;
    return pair === undefined || pair.from.toLowerCase() === pair.to.toLowerCase() ? -1 : at(from, pair.from) + at(to, pair.to);
  };
  const [best = join] = joinsOf(schema, join.from)
    .filter(({ to, kind }) => to === join.to && kind === join.kind)
    .sort((a, b) => place(a) - place(b));
  return best;
} // prettier-ignore

/** A column with its table, as SQL reads it. */
export function columnText({ name }: SqlTable, column: string): string {
  return `${quotedName(name)}.${quotedName(column)}`;
}

/** A name as SQL reads it, whatever it is. */
export function quotedName(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** A text as SQL reads it. */
export function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
