import { isWord, meaningful, scanSql } from '../../sql/index.ts';
import type {
  SqlCommonTable,
  SqlExpression,
  SqlItem,
  SqlQuery,
  SqlSelect,
  SqlTree,
} from '../../sql/index.ts';
import { foldedName } from '../../sqlSchema/index.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import { conditionsInWords, expressionInWords } from './expression.ts';
import { code, listed } from './naming.ts';
import type { Naming } from './naming.ts';
import { sourcesInShort, sourcesInWords, tablesRead } from './sources.ts';

/** Queries within queries that are told; deeper ones are "a subquery". */
const deepest = 4;

const operators: Readonly<Record<string, string>> = {
  union: 'Adds the rows of what follows, and gives each row once:',
  'union all': 'Adds the rows of what follows:',
  intersect: 'Keeps only the rows that what follows gives, too, each once:',
  except: 'Takes away the rows that what follows gives, and gives each row once:',
};

const between: Readonly<Record<string, string>> = {
  union: 'together with',
  'union all': 'together with',
  intersect: 'that are also',
  except: 'without',
};

/** Tells what queries of one statement do. */
export class QueryTeller {
  readonly #naming: Naming;
  readonly #schema: SqlSchema | undefined;
  #depth = 0;

  constructor(naming: Naming, schema: SqlSchema | undefined) {
    this.#naming = naming;
    this.#schema = schema;
  }

  /** A query in sentences, in the order in which one may think of it. */
  steps(query: SqlQuery): readonly string[] {
    const steps: string[] = [];
    for (const common of query.with?.tables ?? []) steps.push(this.#common(common));
    for (const select of query.selects) {
      if (select.operator !== undefined) steps.push(operators[select.operator] ?? '');
      steps.push(...this.#selectSteps(select));
    }
    steps.push(...this.#endSteps(query));
    return steps.filter((step) => step !== '');
  }

  #common({ name, query, columns }: SqlCommonTable): string {
    const named = columns === undefined ? '' : ` (${listed(columns.map(({ text }) => code(text)))})`;
    const head = `First makes ${code(name.text)}${named}:`;
    if (query === undefined) return `${head} nothing yet.`;
    const [first, ...others] = query.selects;
    const readsItself = (select: SqlSelect): boolean =>
      tablesRead({ ...query, selects: [select] }).some((table) => foldedName(table) === foldedName(name.text));
    if (first === undefined || !others.some(readsItself)) return `${head} ${this.brief(query)}.`;
    return `${head} ${this.#phrase(first)}; then, from each row that comes of it, ${listed(others.map((each) => this.#phrase(each)))}, until nothing new comes.`;
  } // prettier-ignore

  /** Which rows a statement that writes is about: ` where ...`, or `, all of them`. */
  where({ clauses, expressions = [] }: SqlTree): string {
    const clause = clauses.find(({ kind }) => kind === 'where');
    if (clause === undefined) return ', all of them';
    const condition = expressions.find(({ range }) => range.start >= clause.keyword.end && range.end <= clause.range.end);
    return condition === undefined ? '' : ` where ${listed(conditionsInWords(condition, this.#naming, this.brief))}`;
  } // prettier-ignore

  #selectSteps(select: SqlSelect): readonly string[] {
    if (select.kind === 'values') return [`Gives ${writtenRows(select)}.`];
    const steps = [...sourcesInWords(select, this.#naming, this.brief, this.#schema)];
    if (select.where !== undefined)
      steps.push(`Keeps the rows where ${listed(conditionsInWords(select.where, this.#naming, this.brief), 'and', 20)}.`);
    if (select.group.length > 0) steps.push(`Makes one row for each ${listed(this.#all(select.group))}.`);
    if (select.having !== undefined)
      steps.push(`Keeps of these where ${listed(conditionsInWords(select.having, this.#naming, this.brief), 'and', 20)}.`);
    steps.push(`Gives ${select.isDistinct ? 'each different ' : ''}${this.#items(select)}.`);
    return steps;
  } // prettier-ignore

  #endSteps({ order, limit }: SqlQuery): readonly string[] {
    const steps: string[] = [];
    if (order.length > 0) steps.push(`Sorts by ${this.#order(order)}.`);
    if (limit.length > 0) steps.push(`${capital(this.#limit(limit))}.`);
    return steps;
  } // prettier-ignore

  /** A query in one phrase: `the average of price over the rows of orders where ...`. */
  readonly brief = (query: SqlQuery, isExists = false): string => {
    if (this.#depth >= deepest) return 'the rows of a subquery';
    this.#depth++;
    try {
      const [first, ...others] = query.selects;
      if (first === undefined) return 'the rows of a subquery';
      const rest = others.map(({ operator = '', ...select }) => `; ${between[operator] ?? ''} ${this.#phrase(select)}`);
      const order = query.order.length > 0 ? `; sorted by ${this.#order(query.order)}` : '';
      const limit = query.limit.length > 0 ? `; ${this.#limit(query.limit)}` : '';
      return `${this.#phrase(first, isExists)}${rest.join('')}${order}${limit}`;
    } finally {
      this.#depth--;
    }
  }; // prettier-ignore

  #phrase(select: SqlSelect, isExists = false): string {
    if (select.kind === 'values') return writtenRows(select);
    const from = sourcesInShort(select, this.#naming, this.brief);
    const items = isExists ? 'a row' : `${select.isDistinct ? 'each different ' : ''}${this.#items(select)}`;
    const parts = [
      `${items}${from === '' ? '' : ` of ${from}`}`,
      ...(select.where === undefined ? [] : [` where ${listed(conditionsInWords(select.where, this.#naming, this.brief))}`]),
      ...(select.group.length === 0 ? [] : [`; one row for each ${listed(this.#all(select.group))}`]),
      ...(select.having === undefined ? [] : [`; only if ${listed(conditionsInWords(select.having, this.#naming, this.brief))}`]),
    ];
    return parts.join('');
  } // prettier-ignore

  #order(terms: readonly SqlExpression[]): string {
    return terms.map((each) => this.#orderTerm(each)).join(', then ');
  }

  #items({ items }: SqlSelect): string {
    return listed(items.map((item) => this.#item(item)));
  }

  #item({ expression, alias, star }: SqlItem): string {
    if (star !== undefined) return star.table === undefined ? 'all columns' : `all columns of ${code(star.table.text)}`;
    const words = this.#words(expression);
    return alias === undefined || words === code(alias.text) ? words : `${words} as ${code(alias.text)}`;
  } // prettier-ignore

  #all(expressions: readonly SqlExpression[]): readonly string[] {
    return expressions.map((each) => ofPlace(this.#words(each)));
  }

  #words(expression: SqlExpression): string {
    return expressionInWords(expression, this.#naming, this.brief);
  }

  /** A term of ORDER BY; its range holds what stands behind the expression. */
  #orderTerm(expression: SqlExpression): string {
    const { start, end } = expression.range;
    const tokens = meaningful(scanSql(this.#naming.text.slice(start, end)));
    const behind = tokens.findLastIndex((token, i) => isWord(token, 'ASC', 'DESC') && i > 0);
    const last = behind < 0 ? tokens.length : behind;
    const nulls = tokens.findLastIndex((token) => isWord(token, 'NULLS'));
    const until = nulls > 0 ? Math.min(last, nulls) : last;
    const stop = tokens[until - 1]?.end ?? end - start;
    const words = this.#words({ ...expression, range: { start, end: start + stop } });
    const isDown = behind >= 0 && isWord(tokens[behind], 'DESC');
    const first = nulls > 0 ? `, NULL ${isWord(tokens[nulls + 1], 'FIRST') ? 'first' : 'last'}` : '';
    return `${ofPlace(words)}${isDown ? ', largest first' : ''}${first}`;
  }

  #limit([first, second]: readonly SqlExpression[]): string {
    if (first === undefined) return '';
    const count = this.#words(first);
    const skipped = second === undefined ? '' : `, behind the first ${this.#words(second)}`;
    // A number below zero is no limit.
    if (/^`-\d+`$/u.test(count)) return `all rows${skipped}`;
    return count === '1' && skipped === '' ? 'only the first row' : `at most ${count} rows${skipped}`;
  }
}

/** In GROUP BY and ORDER BY a number alone is the place of a column in the list. */
function ofPlace(words: string): string {
  return /^\d+$/u.test(words) ? `column ${words}` : words;
}

/** `VALUES`: the expressions behind the first row are those of all others. */
function writtenRows({ items, rows }: SqlSelect): string {
  const count = 1 + Math.round(rows.length / Math.max(1, items.length));
  return `${count} written ${count === 1 ? 'row' : 'rows'}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
