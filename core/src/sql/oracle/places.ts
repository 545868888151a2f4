import { isWord, unquoted } from '../scanner.ts';
import type { SqlToken } from '../scanner.ts';
import type { Asking, Replacement, Span } from './asking.ts';
import { culprits, firstNamed, isSyntax, removable } from './culprits.ts';
import { namedBefore, stoppedAt } from './parsed.ts';
import type { MessageRule } from './rules.ts';
import { chains, closing, spansOfCalls, spansOfName, unclosedParenthesis } from './spans.ts';

/** A place that a message is about. */
export interface Place extends Span {
  /** What makes the error go away without causing others, so that the rest of the statement can be asked about. */
  readonly harmless?: Replacement;
}

/** Where a message belongs; empty where no place can be told. */
export function placesOf(
  asking: Asking,
  message: string,
  rule: MessageRule,
  groups: Readonly<Record<string, string>>,
  base: readonly Replacement[],
): readonly Place[] {
  const { tokens } = asking;
  const name = groups['name'] ?? '';
  switch (rule.place) {
    case 'parsed':
      return at(stoppedAt(asking, message));
    case 'named':
      return at(
        namedBefore(asking, message, rule.word ?? groups['name'] ?? groups['other'] ?? '') ??
          spansOfName(tokens, name).at(-1)?.from,
      );
    case 'early':
      return early(asking, message, name, groups['operator'] ?? '');
    case 'column': {
      const spans = spansOfName(tokens, name);
      if (spans.length === 0) return written(tokens, name);
      return culprits(asking, message, spans, base, 'NULL').map(withNull);
    }
    case 'table': {
      const spans = spansOfName(tokens, name);
      // The list of columns of a common table expression stands where it is defined, what UPDATE reads behind what it changes.
      if (rule.id === 'sql-cte-columns') return spans.slice(0, 1);
      if (rule.id === 'sql-update-from') return spans.slice(-1);
      return [firstNamed(asking, spans, base) ?? spans[0]].filter((span) => span !== undefined);
    }
    case 'call':
      return culprits(asking, message, spansOfCalls(tokens, name), base, 'NULL').map(callWithNull);
    case 'anyCall':
      return innermost(removable(asking, message, spansOfCalls(tokens).map(nullFor), base)).map(callWithNull);
    case 'aggregate':
      return aggregates(asking, message, name, base);
    case 'operator':
      return operators(asking, name, base);
    case 'values':
      return insertedValues(tokens);
    case 'word':
      return words(asking, message, rule.word ?? '', base);
    case 'subquery':
      return subqueries(asking, message, base);
    case 'term':
      return terms(asking, message, name, Number(groups['nth']), base);
  }
}

/** What an incomplete statement lacks: its innermost open parenthesis, else the last token, which wants something behind it. */
export function incompleteAt({ tokens }: Asking): { readonly at: number; readonly isOpen: boolean } {
  const open = unclosedParenthesis(tokens);
  return { at: open ?? tokens.length - 1, isOpen: open !== undefined };
}

function at(token: number | undefined): readonly Place[] {
  return token === undefined ? [] : [{ from: token, to: token }];
}

/** What stands in the message word for word: a number, a part of a name, several keywords. */
function written(tokens: readonly SqlToken[], name: string): readonly Place[] {
  const words = name.toLowerCase().split(' ');
  const from = tokens.findIndex((_, i) =>
    words.every((word, j) => {
      const token = tokens[i + j];
      return token !== undefined && unquoted(token).toLowerCase() === word;
    }),
  );
  return from < 0 ? [] : [{ from, to: from + words.length - 1 }];
}

/** The last `ORDER BY` or `LIMIT` before the operator behind which it should stand, on the operator's level. */
function early(asking: Asking, message: string, name: string, operator: string): readonly Place[] {
  const words = name.split(' ');
  const end = namedBefore(asking, message, operator.split(' ')[0] ?? '') ?? asking.tokens.length;
  let depth = 0;
  for (let i = end; i >= 0; i--) {
    const token = asking.tokens[i];
    if (token?.text === ')') depth++;
    else if (token?.text === '(') depth--;
    else if (depth === 0 && isWord(token, words[0] ?? '')) return [{ from: i, to: i + words.length - 1 }];
  }
  return at(end);
}

function nullFor({ from, to }: Span): Replacement {
  return { from, to, text: 'NULL' };
}

function withNull(span: Span): Place {
  return { ...span, harmless: nullFor(span) };
}

function callWithNull(span: Span): Place {
  return { from: span.from, to: span.from, harmless: nullFor(span) };
}

function innermost(spans: readonly Replacement[]): readonly Replacement[] {
  const inner = spans.filter(
    (span) => !spans.some((other) => other !== span && other.from >= span.from && other.to <= span.to),
  );
  return inner.slice(0, 1);
}

/** An alias of an aggregate is what people see as wrong; without one it is the call. */
function aggregates(
  asking: Asking,
  message: string,
  name: string,
  base: readonly Replacement[],
): readonly Place[] {
  const calls = spansOfCalls(asking.tokens, name);
  const outside = chains(asking.tokens).filter(
    ({ from, to }) =>
      asking.tokens[to + 1]?.text !== '(' && !calls.some((call) => from >= call.from && to <= call.to),
  );
  const [alias] = removable(asking, message, outside.map(nullFor), base);
  if (alias !== undefined) return [withNull(alias)];
  const [call] = removable(asking, message, calls.map(nullFor), base);
  return call === undefined ? calls.slice(0, 1).map(callWithNull) : [callWithNull(call)];
}

/** Each operator is written as another one in turn; the engine then speaks of that one. */
function operators(asking: Asking, name: string, base: readonly Replacement[]): readonly Place[] {
  const [first = '', second] = name.split(' ');
  const spans = asking.tokens.flatMap((token, from) => {
    if (!isWord(token, first)) return [];
    const isAll = isWord(asking.tokens[from + 1], 'ALL');
    if (isAll !== (second === 'ALL')) return [];
    return [{ from, to: isAll ? from + 1 : from }];
  });
  if (spans.length < 2) return spans;
  const other = first === 'EXCEPT' ? 'INTERSECT' : 'EXCEPT';
  const found = spans.filter(
    (span) => asking.with(...base, { ...span, text: other })?.includes(` ${other} `) === true,
  );
  return (found.length > 0 ? found : spans).slice(0, 1);
}

function insertedValues(tokens: readonly SqlToken[]): readonly Place[] {
  const values = tokens.findIndex((token) => isWord(token, 'VALUES'));
  if (values >= 0 && tokens[values + 1]?.text === '(')
    return [{ from: values + 1, to: closing(tokens, values + 1) }];
  const select = tokens.findIndex((token) => isWord(token, 'SELECT'));
  return at(select < 0 ? undefined : select);
}

function words(
  asking: Asking,
  message: string,
  word: string,
  base: readonly Replacement[],
): readonly Place[] {
  const spans = asking.tokens.flatMap((token, i) =>
    token.text === word || isWord(token, word) ? [{ from: i, to: i }] : [],
  );
  if (spans.length < 2) return spans;
  const instead = word === 'HAVING' ? 'GROUP BY 1 HAVING' : word === '*' ? 'NULL' : '';
  const found = removable(
    asking,
    message,
    spans.map((span) => ({ ...span, text: instead })),
    base,
  );
  return (found.length > 0 ? found : spans).slice(0, 1);
}

/** Subqueries and rows of values in parentheses; the innermost without which the message is gone. */
function subqueries(asking: Asking, message: string, base: readonly Replacement[]): readonly Place[] {
  const { tokens } = asking;
  const spans = tokens.flatMap(({ text }, from) => {
    if (text !== '(') return [];
    const isCall = tokens[from - 1]?.kind === 'word' && !isWord(tokens[from + 1], 'SELECT', 'WITH', 'VALUES');
    return isCall && !isWord(tokens[from - 1], ...beforeRow)
      ? []
      : [{ from, to: closing(tokens, from), text: '(NULL)' }];
  });
  return innermost(removable(asking, message, spans, base)).map(({ from, to }) => ({ from, to }));
}

const beforeRow = [
  'SELECT',
  'WHERE',
  'AND',
  'OR',
  'ON',
  'HAVING',
  'WHEN',
  'THEN',
  'ELSE',
  'IN',
  'BY',
  'NOT',
  'BETWEEN',
  'LIKE',
];

function terms(
  asking: Asking,
  message: string,
  name: string,
  nth: number,
  base: readonly Replacement[],
): readonly Place[] {
  const { tokens } = asking;
  const spans = tokens.flatMap((token, i) => {
    if (!isWord(token, name) || !isWord(tokens[i + 1], 'BY')) return [];
    const term = nthTerm(tokens, i + 2, nth);
    return term === undefined ? [] : [term];
  });
  if (spans.length < 2) return spans;
  const found = spans.filter((span) => {
    const other = asking.with(...base, { ...span, text: '1' });
    return other !== message && !isSyntax(other);
  });
  return (found.length > 0 ? found : spans).slice(0, 1);
}

function nthTerm(tokens: readonly SqlToken[], from: number, nth: number): Span | undefined {
  let count = 1;
  let start = from;
  for (let i = from; i <= tokens.length; i++) {
    const token = tokens[i];
    const isEnd =
      token === undefined ||
      token.text === ')' ||
      isWord(
        token,
        'LIMIT',
        'HAVING',
        'WINDOW',
        'ORDER',
        'UNION',
        'INTERSECT',
        'EXCEPT',
        'ASC',
        'DESC',
        'NULLS',
      );
    if (isEnd || token.text === ',') {
      if (count === nth) return i > start ? { from: start, to: i - 1 } : undefined;
      if (token === undefined || token.text === ')' || (isEnd && !isWord(token, 'ASC', 'DESC', 'NULLS')))
        return undefined;
      if (token.text === ',') {
        count++;
        start = i + 1;
      }
    } else if (token.text === '(') i = closing(tokens, i);
  }
  return undefined;
}
