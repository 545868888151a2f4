import { isWord, meaningful, scanSql } from '../../sql/index.ts';
import type { SqlExpression, SqlItem, SqlQuery, SqlSelect } from '../../sql/index.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import { conditionsInWords, expressionInWords } from './expression.ts';
import { code, listed } from './naming.ts';
import type { Naming } from './naming.ts';
import { sourcesInShort, sourcesInWords } from './sources.ts';

/** Queries within queries that are told; deeper ones are "a subquery". */
const deepest = 4;

const operators: Readonly<Record<string, string>> = {
  union: 'The rows of both together, each once:',
  'union all': 'The rows of both together, one behind the other:',
  intersect: 'Only the rows that both give, each once:',
  except: 'The rows of the first that the second does not give, each once:',
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
    for (const { name, query: inner, columns } of query.with?.tables ?? []) {
      const named = columns === undefined ? '' : ` (${listed(columns.map(({ text }) => code(text)))})`;
      const again = query.with?.isRecursive === true && inner !== undefined && inner.selects.length > 1;
      const gives = inner === undefined ? 'nothing yet' : this.brief(inner);
      steps.push(`First makes ${code(name.text)}${named}: ${gives}${again ? ', and again from each row that this gives' : ''}.`);
    }
    for (const select of query.selects) {
      if (select.operator !== undefined) steps.push(operators[select.operator] ?? '');
      steps.push(...this.#selectSteps(select));
    }
    steps.push(...this.#endSteps(query));
    return steps.filter((step) => step !== '');
  } // prettier-ignore

  #selectSteps(select: SqlSelect): readonly string[] {
    if (select.kind === 'values') return [`Gives ${select.rows.length + 1} written ${select.rows.length === 0 ? 'row' : 'rows'}.`];
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
    if (order.length > 0) steps.push(`Sorts by ${listed(order.map((each) => this.#orderTerm(each)), 'then')}.`);
    if (limit.length > 0) steps.push(`${capital(this.#limit(limit))}.`);
    return steps;
  } // prettier-ignore

  /** A query in one phrase: `the average of price over the rows of orders where ...`. */
  readonly brief = (query: SqlQuery): string => {
    if (this.#depth >= deepest) return 'the rows of a subquery';
    this.#depth++;
    try {
      const [first, ...others] = query.selects;
      if (first === undefined) return 'the rows of a subquery';
      const rest = others.map(({ operator = '', ...select }) => `${operator.toUpperCase()} ${this.#phrase(select)}`);
      const order = query.order.length > 0 ? `, by ${listed(query.order.map((each) => this.#orderTerm(each)), 'then')}` : '';
      const limit = query.limit.length > 0 ? `, ${this.#limit(query.limit)}` : '';
      return `${[this.#phrase(first), ...rest].join(' ')}${order}${limit}`;
    } finally {
      this.#depth--;
    }
  }; // prettier-ignore

  #phrase(select: SqlSelect): string {
    if (select.kind === 'values') return `${select.rows.length + 1} written ${select.rows.length === 0 ? 'row' : 'rows'}`;
    const from = sourcesInShort(select, this.#naming, this.brief);
    const parts = [
      `${select.isDistinct ? 'each different ' : ''}${this.#items(select)}`,
      ...(from === '' ? [] : [`of ${from}`]),
      ...(select.where === undefined ? [] : [`where ${listed(conditionsInWords(select.where, this.#naming, this.brief))}`]),
      ...(select.group.length === 0 ? [] : [`for each ${listed(this.#all(select.group))}`]),
      ...(select.having === undefined ? [] : [`if ${listed(conditionsInWords(select.having, this.#naming, this.brief))}`]),
    ];
    return parts.join(' ');
  } // prettier-ignore

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
    return `${ofPlace(words)}${isDown ? ', largest first' : ''}`;
  }

  #limit([first, second]: readonly SqlExpression[]): string {
    if (first === undefined) return '';
    const count = this.#words(first);
    const skipped = second === undefined ? '' : `, behind the first ${this.#words(second)}`;
    return count === '1' && skipped === '' ? 'only the first row' : `at most ${count} rows${skipped}`;
  }
}

/** In GROUP BY and ORDER BY a number alone is the place of a column in the list. */
function ofPlace(words: string): string {
  return /^\d+$/u.test(words) ? `column ${words}` : words;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
