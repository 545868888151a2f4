import type { Mention, QuestionWord } from './mentions.ts';

/** A comparison that a question makes: of what is named at a place with a value. */
export interface Condition {
  /** Place of the value in the question. */
  readonly at: number;
  readonly operator: '=' | '!=' | '>' | '<' | '>=' | '<=' | 'LIKE';
  /** As SQL writes it. */
  readonly value: string;
}

const more = new Set(
  'more greater larger over above older higher longer exceed exceeding after heavier bigger'.split(' '),
);
const less = new Set('less fewer under below younger lower shorter before smaller lighter'.split(' '));
const contains = new Set(
  'contain contains containing substring word letter include includes like start end'.split(' '),
);

/**
 * The values of a question with how it compares them: what stands in quotes, names in capitals, numbers. Names of tables and columns are
 * none.
 */
export function conditionsOf(
  words: readonly QuestionWord[],
  mentions: readonly Mention[],
): readonly Condition[] {
  const isNamed = (place: number): boolean =>
    mentions.some(({ start, end }) => place >= start && place < end);
  const conditions: Condition[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) break;
    const before = words.slice(Math.max(0, at - 4), at).map(({ text }) => text.toLowerCase());
    if (word.kind === 'number')
      conditions.push({
        at,
        operator: numberOperator(before, words.slice(at + 1, at + 3)),
        value: word.text,
      });
    else if (word.kind === 'quoted') conditions.push({ at, ...textCondition(before, word.text) });
    else if (word.isName && !isNamed(at)) {
      let end = at + 1;
      while (words[end]?.isName === true && !isNamed(end)) end++;
      const text = words
        .slice(at, end)
        .map((each) => each.text)
        .join(' ');
      conditions.push({ at, ...textCondition(before, text) });
      at = end - 1;
    }
  }
  return conditions;
}

function textCondition(before: readonly string[], text: string): Pick<Condition, 'operator' | 'value'> {
  if (before.some((word) => contains.has(word))) return { operator: 'LIKE', value: quoted(`%${text}%`) };
  return { operator: isDenied(before) ? '!=' : '=', value: quoted(text) };
}

function numberOperator(before: readonly string[], after: readonly QuestionWord[]): Condition['operator'] {
  const [next, last] = after.map(({ text }) => text.toLowerCase());
  const near = before.slice(-3);
  if (near.includes('least') || (next === 'or' && (more.has(last ?? '') || last === 'more'))) return '>=';
  if (near.includes('most') || (next === 'or' && less.has(last ?? ''))) return '<=';
  if (near.some((word) => more.has(word))) return '>';
  if (near.some((word) => less.has(word))) return '<';
  return isDenied(before) ? '!=' : '=';
}

function isDenied(before: readonly string[]): boolean {
  return before.slice(-3).some((word) => word === 'not' || word === 'except' || word === 'isn');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
