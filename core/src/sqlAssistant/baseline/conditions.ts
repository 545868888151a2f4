import { columnNamed } from '../../sqlSchema/index.ts';
import type { SqlTable } from '../../sqlSchema/index.ts';
import { saidDay } from './dates.ts';
import type { Mention } from './mentions.ts';
import { isDay, isMeasure, isOrderable, keyColumn, nameColumn, plainWords } from './mentions.ts';
import { dayPattern } from './questionWords.ts';
import type { QuestionWord } from './questionWords.ts';
import type { ColumnOf, Reading } from './reading.ts';
import { columnText, quotedText } from './reading.ts';
import { aggregates, less, measures, more } from './superlatives.ts';
import { valueColumn } from './values.ts';

type Operator = '=' | '!=' | '>' | '<' | '>=' | '<=' | 'LIKE' | 'NOT LIKE';

/** A comparison that a question makes. */
export interface Condition {
  readonly column: ColumnOf;
  readonly operator: Operator;
  /** As SQL writes it. */
  readonly value: string;
  /** What is compared, where it is not the column as it is. */
  readonly left?: string;
  /** Place of the value in the question. */
  readonly at: number;
  /** Whether `left` is made of many rows, so that groups are compared. */
  readonly isAggregate?: boolean;
  /** The value of a flag that is denied here. */
  readonly denied?: string;
}

const contains = new Set(
  'contain contains containing substring word letter include includes including like start starts starting end ends ending begin begins beginning'.split(
    ' ',
  ),
);
const months = 'january february march april may june july august september october november december'.split(
  ' ',
);

/** The comparisons of a question: texts in quotes, values of the database, names in capitals, numbers, flags. Marks the columns as taken. */
export function conditionsOf(reading: Reading): Condition[] {
  const conditions: Condition[] = [];
  const { words, mentions } = reading;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined || reading.spent.has(at)) continue;
    const mention = mentions.find(({ start, end }) => at >= start && at < end);
    let end = at + 1;
    let found: readonly (Condition | undefined)[] = [];
    if (withinText(reading, at) !== undefined) found = [withinText(reading, at)];
    else if (mention?.isValue === true) {
      ({ end } = mention);
      found = [linkedValue(reading, mention)];
    } else if (isSearched(reading, at)) found = [withinText(reading, at) ?? unknownText(reading, at, end, word.text)];
    else if (word.kind === 'quoted')
      found = [alike(reading, at, word.text, conditions.at(-1)) ?? unknownText(reading, at, end, word.text)];
    else if (word.kind === 'number') found = numberCondition(reading, at, word, conditions.at(-1));
    else if (word.isName && mention === undefined && !isDescribed(reading)) {
      while (words[end]?.isName === true && !mentions.some(({ start }) => start === end)) end++;
      found = [unknownText(reading, at, end, reading.words.slice(at, end).map(({ text }) => text).join(' '))];
    } else continue;
    for (const condition of found) {
      if (condition === undefined) continue;
      conditions.push(condition);
      for (let place = at; place < end; place++) reading.spent.add(place);
    }
    at = end - 1;
  }
  return [...conditions, ...flags(reading)];
} // prettier-ignore

/** `the word computer`, `contains TN`: a text that is looked for and stands in no quotes. */
function isSearched({ words, mentions }: Reading, at: number): boolean {
  const word = words[at];
  if (word?.kind !== 'word' || plainWords.has(word.low) && word.low !== 'you') return false;
  const last = words[at - 1]?.low ?? '';
  if (/^(?:word|substring|letter|phrase|string)$/u.test(last)) return words[at + 1]?.kind !== 'quoted';
  return /^(?:contains?|containing)$/u.test(last) && !mentions.some(({ start, isValue }) => start === at && !isValue);
} // prettier-ignore

/** `have TN in their address`, `"a" in its name`: a part of a text. */
function withinText(reading: Reading, at: number): Condition | undefined {
  const word = reading.words[at];
  if (word === undefined || (word.kind !== 'quoted' && !word.isName)) return undefined;
  const [preposition, whose = ''] = reading.between(at + 1, at + 3);
  if (preposition !== 'in' || !/^(?:their|its|his|her|the)$/u.test(whose) || !/^(?:have|has|having|with|contains?|containing|includes?|including)$/u.test(reading.words[at - 1]?.low ?? '')) return undefined;
  const mention = reading.mentions.find(({ start, isValue }) => start === at + 3 && !isValue);
  const column = mention === undefined ? undefined : reading.column(mention, (named) => named.share >= 0.4 && !isOrderable(named.table, named.column));
  if (mention === undefined || column === undefined) return undefined;
  reading.taken.add(mention);
  return { column, operator: 'LIKE', value: quotedText(`%${word.text}%`), at };
} // prettier-ignore

/** Whether it is known what is in the tables: a name that is nowhere is then no value. */
function isDescribed({ schema }: Reading): boolean {
  return schema.tables.some(({ columns }) => columns.some(({ values }) => values !== undefined));
}

function linkedValue(reading: Reading, mention: Mention): Condition | undefined {
  const found = valueColumn(reading, mention);
  if (found === undefined || isVerb(reading, mention, found)) return undefined;
  const before = reading.before(mention.start, 4);
  if (before.some((word) => contains.has(word)) && reading.words[mention.start]?.kind === 'quoted')
    return { column: found, operator: likeOf(before), value: likeText(before, reading.words[mention.start]?.text ?? ''), at: mention.start }; // prettier-ignore
  return {
    column: found,
    operator: isDenied(reading, mention.start) ? '!=' : '=',
    value: quotedText(found.value),
    at: mention.start,
  };
}

/**
 * `records were published in each year`: what is done is no value of another table that has it (the status of a review), but where that table is
 * named and no other is what it is said of.
 */
function isVerb(reading: Reading, { start, end }: Mention, { table }: ColumnOf): boolean {
  const word = reading.words[start];
  if (word === undefined || end - start > 1 || word.kind === 'quoted' || !/^\p{Ll}+$/u.test(word.text))
    return false;
  // `tracks that belong to`, but not `Which huskies are there?`
  const isRelative =
    reading.words[start - 2]?.sentence === word.sentence &&
    /^(?:that|who|which)$/u.test(reading.words[start - 1]?.low ?? '');
  if (isRelative && !isNoun(reading, end)) return true;
  // `tracks belong to`
  const isBehind = reading.mentions.some((each) => each.end === start && reading.table(each) !== undefined);
  if (isBehind && /^(?:to|in|from|for|by|at|on|with)$/u.test(reading.words[end]?.low ?? '')) return true;
  if (!word.text.endsWith('ed') && !isDone(reading, start)) return false;
  if (table === reading.subject) return false;
  const isNamed = reading.mentions.some((each) => reading.table(each) === table);
  return !isNamed || isSaidOf(reading, start, table);
} // prettier-ignore // prettier-ignore

/** Whether a name stands right behind, so that what is before it may say which. */
function isNoun({ mentions }: Reading, end: number): boolean {
  return mentions.some(({ start, isValue }) => start === end && !isValue);
}

/** `did each review include`: what stands right behind a name that `do` stands before. */
function isDone({ words, mentions }: Reading, at: number): boolean {
  const doer = mentions.find(({ end }) => end === at);
  const sentence = words[at]?.sentence;
  return doer !== undefined && words.slice(0, doer.start).some((word) => word.sentence === sentence && /^(?:do|does|did)$/u.test(word.low));
} // prettier-ignore

/** Whether another table stands before `are` and the like and a word, or right behind it. */
function isSaidOf(reading: Reading, at: number, table: SqlTable): boolean {
  const isPassive = /^(?:is|are|was|were|been|be)$/u.test(reading.words[at - 1]?.low ?? '');
  const other = isPassive
    ? reading.mentions.filter((each) => each.end < at && reading.table(each) !== undefined).at(-1)
    : reading.mentions.find((each) => each.start === at + 1);
  const said = other === undefined ? undefined : reading.table(other);
  return said !== undefined && said !== table;
}

/** `"Ann" or "Bo"`: the same column as the one before. */
function alike(reading: Reading, at: number, text: string, last: Condition | undefined): Condition | undefined {
  if (last?.at !== at - 2 || last.operator !== '=' || reading.words[last.at]?.kind !== 'quoted') return undefined;
  return /^(?:or|and)$/u.test(reading.words[at - 1]?.low ?? '') ? { ...last, value: quotedText(text), at } : undefined;
} // prettier-ignore

/** A text that is no value that is known: of the column that stands before it, else what a row is called. */
function unknownText(reading: Reading, at: number, end: number, text: string): Condition | undefined {
  const near = nearest(reading, at, end, (named) => !isOrderable(named.table, named.column) || /^[\d-]+$/u.test(text)); // prettier-ignore
  const column =
    near?.column ??
    (isCalledSo(reading, at) ? undefined : searchedColumn(reading, at)) ??
    calledColumn(reading, at, end);
  if (column === undefined) return undefined;
  if (near !== undefined) reading.taken.add(near.mention);
  const before = reading.before(at, 4);
  if (before.some((word) => contains.has(word)))
    return { column, operator: likeOf(before), value: likeText(before, text), at };
  return { column, operator: isDenied(reading, at) ? '!=' : '=', value: quotedText(text), at };
}

function likeOf(before: readonly string[]): 'LIKE' | 'NOT LIKE' {
  return before.includes('not') ? 'NOT LIKE' : 'LIKE';
}

function likeText(before: readonly string[], text: string): string {
  const isStart = before.some((word) => /^(?:start|begin)/u.test(word));
  const isEnd = before.some((word) => /^end/u.test(word));
  return quotedText(`${isStart ? '' : '%'}${text}${isEnd ? '' : '%'}`);
}

/** The column that stands next to a value; before it rather than behind it. */
function nearest(
  reading: Reading,
  at: number,
  end: number,
  fits: (column: ColumnOf) => boolean,
): { readonly mention: Mention; readonly column: ColumnOf } | undefined {
  const before = reading.mentions.filter((each) => each.end <= at && at - each.end <= 5 && !each.isValue);
  const last = before.at(-1);
  // In `the breed of the dog "Rex"` the text says which dog.
  const isCalled =
    last !== undefined &&
    reading.between(last.end, at).every((word) => /^(?:is|are|was|were|named|called)$/u.test(word)) &&
    reading.table(last) !== undefined;
  for (const mention of isCalled ? [last] : [...before.reverse(), ...behind(reading, end)]) {
    const column = reading.column(mention, fits);
    if (column !== undefined) return { mention, column };
  }
  return undefined;
}

function behind({ mentions }: Reading, end: number): readonly Mention[] {
  return mentions.filter(({ start, isValue }) => !isValue && start >= end && start - end <= 1);
}

function isCalledSo(reading: Reading, at: number): boolean {
  return !reading.before(at, 4).some((word) => contains.has(word));
}

/** `the notes with the substring "East"`: the last column of texts before it, however far. */
function searchedColumn(reading: Reading, at: number): ColumnOf | undefined {
  return reading.mentions
    .filter(({ end, isValue }) => end <= at && !isValue)
    .map((each) => (reading.table(each) === undefined ? reading.column(each, (named) => !isOrderable(named.table, named.column)) : undefined))
    .findLast((each) => each !== undefined);
} // prettier-ignore

/** What a row is called: of the table that is named beside a text, else of the subject. */
function calledColumn(reading: Reading, at: number, end: number): ColumnOf | undefined {
  const table =
    reading.mentions
      .filter(
        (each) => (each.end <= at && at - each.end <= 2) || (each.start >= end && each.start - end <= 2),
      )
      .map((each) => reading.table(each))
      .find((each) => each !== undefined) ?? reading.subject;
  const column = nameColumn(table);
  return column === undefined ? undefined : { table, column };
}

function numberCondition(reading: Reading, at: number, { text }: QuestionWord, last: Condition | undefined): readonly Condition[] {
  if (dayPattern.test(text)) return dayCondition(reading, at, text, last);
  const year = /^(?:1[5-9]|20)\d\d$/u.test(text);
  const before = reading.before(at, 4);
  const after = reading.between(at + 1, at + 3);
  const isRange = before.at(-1) === 'and' || before.at(-1) === 'to';
  const opening = isRange && last !== undefined && reading.words[at - 2]?.kind === 'number' && (before.at(-1) === 'to' || reading.before(at - 2, 2).some((word) => word === 'between' || word === 'from'));
  // `between 5 and 9`, `9 or 10`: the same column.
  if (opening) return [{ ...last, operator: '<=', value: last.left === undefined ? text : quotedText(text), at }];
  const called = calledByNumber(reading, at);
  if (called !== undefined) return [{ column: called, operator: isDenied(reading, at) ? '!=' : '=', value: quotedText(text), at }];
  // `in 2023` tells when, and of no other number.
  const isTime = year && /^(?:in|since|during|until)$/u.test(before.at(-1) ?? '');
  // `5 to 30 pages`, `neither 5 nor 7 pages`
  const isPair = /^(?:to|or|nor)$/u.test(after[0] ?? '') && reading.words[at + 2]?.kind === 'number';
  const isStart = isPair && after[0] === 'to';
  const near = nearest(reading, at, isPair ? at + 3 : at + 1, ({ table, column }) => (isTime ? isDay(table, column) || /date|year/iu.test(column) : (isOrderable(table, column) || keyColumn(table) === column) && (year || !isDay(table, column))));
  const isEither = last !== undefined && isOrSo(reading, last.at, at);
  const column = isEither ? last.column : (near?.column ?? implied(reading, at, year));
  if (column === undefined) return [];
  if (near !== undefined && !isEither) reading.taken.add(near.mention);
  // `more than 400 pages`, where pages were compared before.
  for (const each of behind(reading, at + 1)) if (reading.table(each) === undefined && isColumn(reading.column(each), column)) reading.taken.add(each);
  const operator = before.at(-1) === 'between' || isStart ? '>=' : numberOperator(reading, at, before, after);
  const name = near === undefined || isEither ? undefined : reading.before(near.mention.start, 2).map((word) => aggregates.get(word)).find((each) => each !== undefined);
  if (name !== undefined && operator !== '=' && isMeasure(column.table, column.column))
    return [{ column, operator, value: text, at, left: `${name}(${columnText(column.table, column.column)})`, isAggregate: true }];
  if (year && isDay(column.table, column.column)) {
    const month = months.indexOf(before.at(-1) ?? '') + 1;
    const own = columnText(column.table, column.column);
    if (month > 0) reading.spent.add(at - 1);
    return [month > 0
      ? { column, operator, left: `strftime('%Y-%m', ${own})`, value: quotedText(`${text}-${String(month).padStart(2, '0')}`), at }
      : { column, operator, left: `strftime('%Y', ${own})`, value: quotedText(text), at }];
  }
  return [{ column, operator, value: text, at }];
} // prettier-ignore

/** `after 2023-01-31`, `between 2023-01-01 and 2023-03-31`: a day as it is written. */
function dayCondition(reading: Reading, at: number, text: string, last: Condition | undefined): readonly Condition[] {
  const before = reading.before(at, 4);
  const value = quotedText(text);
  const isEnd = last?.at === at - 2 && last.operator === '>=' && /^(?:and|to|until)$/u.test(before.at(-1) ?? '');
  if (isEnd) return [{ ...last, operator: '<=', value, at }];
  const near = nearest(reading, at, at + 1, ({ table, column }) => isDay(table, column));
  const days = [reading.subject, ...reading.schema.tables.filter((table) => table !== reading.subject && reading.distance(table) <= 1)]
    .flatMap((table) => table.columns.map(({ name }) => ({ table, column: name })))
    .filter(({ table, column }) => isDay(table, column));
  const column = near?.column ?? saidDay(reading, days) ?? days[0];
  if (column === undefined) return [];
  if (near !== undefined) reading.taken.add(near.mention);
  const operator = /^(?:between|from)$/u.test(before.at(-1) ?? '') ? '>=' : numberOperator(reading, at, before, reading.between(at + 1, at + 3));
  // Behind a day there may be a time.
  const own = columnText(column.table, column.column);
  const { type = '', values } = columnNamed(column.table, column.column) ?? {};
  const isTimed = /time/iu.test(type) || values?.samples.some((sample) => String(sample).length > 10) === true;
  return [{ column, operator, value, at, ...(isTimed ? { left: `date(${own})` } : {}) }];
} // prettier-ignore

function isColumn(a: ColumnOf | undefined, b: ColumnOf): boolean {
  return a?.table === b.table && a.column === b.column;
}

/** `9 or 10`, `lower than 600 or higher than 900`: a number compared as the one before it is. */
function isOrSo(reading: Reading, last: number, at: number): boolean {
  const between = reading.between(last + 1, at);
  return (
    reading.words[last]?.kind === 'number' &&
    /^(?:or|and)$/u.test(between[0] ?? '') &&
    between.slice(1).every((word) => more.has(word) || less.has(word) || /^(?:than|at|least|most|equal|to)$/u.test(word))
  );
} // prettier-ignore

/** `the postal code 70174`: a column of texts right before a number. Marks it as taken. */
function calledByNumber(reading: Reading, at: number): ColumnOf | undefined {
  const mention = reading.mentions.find(({ end, isValue }) => end === at && !isValue);
  if (mention === undefined || reading.table(mention) !== undefined) return undefined;
  const column = reading.column(mention, ({ share }) => share >= 0.9);
  if (column === undefined || isOrderable(column.table, column.column) || keyColumn(column.table) === column.column) return undefined;
  reading.taken.add(mention);
  return column;
} // prettier-ignore

/** The column of a number beside which none is named: by an adjective (`older than 5`), by its look (a year), or `#5`. */
function implied(reading: Reading, at: number, isYear: boolean): ColumnOf | undefined {
  const tables = [reading.subject, ...reading.schema.tables.filter((table) => table !== reading.subject && reading.distance(table) <= 1)];
  const find = (fits: (column: ColumnOf) => boolean): ColumnOf | undefined =>
    tables.flatMap((table) => table.columns.map(({ name }) => ({ table, column: name }))).find(fits);
  for (const word of reading.before(at, 4))
    for (const { pattern } of measures.get(word) ?? []) {
      const found = find(({ table, column }) => pattern.test(column) && isOrderable(table, column));
      if (found !== undefined) return found;
    }
  if (isYear) {
    const days = tables.flatMap((each) => each.columns.map(({ name }) => ({ table: each, column: name }))).filter(({ table, column }) => isDay(table, column) || /date/iu.test(column));
    // `readers with loans in 2024`: of what stands right before it, else of what is asked for.
    const own = [reading.mentions.filter(({ end }) => end <= at && at - end <= 2).map((each) => reading.table(each)).at(-1), reading.subject]
      .map((table) => find((each) => each.table === table && /year/iu.test(each.column)) ?? saidDay(reading, days.filter((each) => each.table === table)))
      .find((each) => each !== undefined);
    return own ?? find(({ column }) => /year/iu.test(column)) ?? saidDay(reading, days) ?? days[0];
  }
  const last = reading.mentions.filter(({ end }) => end === at).at(-1);
  const table = last === undefined ? undefined : reading.table(last);
  const key = table === undefined ? undefined : keyColumn(table);
  return table === undefined || key === undefined ? undefined : { table, column: key };
} // prettier-ignore

function numberOperator(
  reading: Reading,
  at: number,
  before: readonly string[],
  [next, last]: readonly string[],
): Operator {
  const near = before.slice(-3);
  const sign = near.find((word) => /^(?:[<>!]=|<>|[<>=])$/u.test(word));
  if (sign !== undefined) return sign === '<>' ? '!=' : (sign as Operator);
  const isDeniedHere = near.some((word) => word === 'no' || word === 'not');
  // `600 or more`, but not `600 or more than 900`, which begins another comparison.
  const isOr =
    next === 'or' && reading.words[at + 3]?.low !== 'than' && reading.words[at + 3]?.kind !== 'number';
  if (near.at(-1) === 'since') return '>=';
  if (near.at(-1) === 'until') return '<=';
  if (near.includes('least') || (isOr && more.has(last ?? ''))) return '>=';
  if (near.includes('most') || (isOr && less.has(last ?? ''))) return '<=';
  if (near.some((word) => more.has(word))) return isDeniedHere ? '<=' : '>';
  if (near.some((word) => less.has(word))) return isDeniedHere ? '>=' : '<';
  return isDenied(reading, at) ? '!=' : '=';
}

function isDenied(reading: Reading, at: number): boolean {
  const before = reading.before(at, 3);
  const isOther = before.at(-1) === 'than' && before.at(-2) === 'other';
  return (
    isOther ||
    before.some((word) =>
      /^(?:not|except|isn|aren|wasn|don|doesn|didn|excluding|non|neither|nor)$/u.test(word),
    )
  );
}

/** What has two values and is no matter of yes and no. */
const kinds = /(?:^|_)(?:gender|sex|type|kind|status|level|class|code|category|grade)$/iu;

/** `official languages`: a column of yes and no that is named among others, so that `yes` is meant. */
function flags(reading: Reading): readonly Condition[] {
  const seen = new Set<string>();
  const found = reading.mentions.flatMap((mention): readonly Condition[] => {
    if (reading.taken.has(mention) || reading.table(mention) !== undefined) return [];
    const column = reading.column(
      mention,
      ({ column: name, share }) =>
        !kinds.test(name) && (share >= 0.6 || (share >= 0.3 && /^(?:is|has|was)/iu.test(name))),
    );
    const values = column === undefined ? undefined : flagValues(column);
    if (column === undefined || values === undefined) return [];
    if (reading.before(mention.start, 3).some((word) => /^(?:each|every|per|by)$/u.test(word))) return [];
    reading.taken.add(mention);
    const [yes, no] = values;
    const at = mention.start;
    return isDenied(reading, at) || /^(?:without|no)$/u.test(reading.words[at - 1]?.low ?? '')
      ? [{ column, operator: '=', value: no, at, denied: yes }]
      : [{ column, operator: '=', value: yes, at }];
  });
  // Said twice it is one condition.
  return found.filter(({ column: { table, column }, value }) => {
    const text = [table.name, column, value].join('\0');
    return !seen.has(text) && seen.add(text) !== undefined;
  });
}

/** How a column says yes and no, as SQL writes it; undefined for one that says more. */
function flagValues({ table, column }: ColumnOf): readonly [string, string] | undefined {
  const samples = table.columns.find(({ name }) => name === column)?.values?.samples ?? [];
  const texts = new Set(samples.map(String));
  if (texts.size === 0 || texts.size > 2) return undefined;
  const isAll = (...all: readonly string[]): boolean => [...texts].every((text) => all.includes(text));
  if (isAll('0', '1'))
    return typeof samples[0] === 'string' ? ["'1'", "'0'"] : ['1', '0'];
  for (const [yes, no] of [['T', 'F'], ['t', 'f'], ['Y', 'N'], ['y', 'n'], ['Yes', 'No'], ['yes', 'no'], ['True', 'False'], ['true', 'false']] as const)
    if (isAll(yes, no)) return [quotedText(yes), quotedText(no)];
  return undefined;
} // prettier-ignore
