import type { SqlSchema, SqlTable } from '../../sqlSchema/index.ts';
import { columnNamed, nameStems, stem } from '../../sqlSchema/index.ts';
import { placesOf } from './demonyms.ts';
import { lexiconOf, normal } from './lexicon.ts';
import type { Named } from './lexicon.ts';
import { rootOf } from './questionWords.ts';
import type { QuestionWord } from './questionWords.ts';
import { synonymsOf } from './synonyms.ts';

/** Words in a row that name something of the schema. */
export interface Mention {
  /** Places of the words, from 0; `end` is behind the last. */
  readonly start: number;
  readonly end: number;
  readonly named: readonly Named[];
  /** Whether the words are a value in a column, and no name. */
  readonly isValue: boolean;
}

/** Most words of a name or a value. */
const longest = 6;

/** Words that are seldom meant as a value or a part of a name, though a database may hold them. */
export const plainWords = new Set(
  (
    'a an the of in on at to for by from with and or not no all any some each every per is are was were be been has have had do does did it its ' +
    'they their them there that this these those which what who whose where when how many much most least more less than different distinct ' +
    'give show list find return count number total average maximum minimum highest lowest largest smallest many also both either other one ' +
    'me my we our you your please name id breakdown overall details'
  ).split(' '),
);
/** Words that count, order or compare where they stand before a name, so that they are no part of one. */
const working = new Set(
  'total average number count most least top many how average maximum minimum'.split(' '),
);

/**
 * Where a question names tables, columns and values: by their words in a row, written together or apart (`high schoolers` names `Highschooler`).
 * Longer ones win, names win over values of equal length, and no word is used twice.
 */
export function mentionsOf(words: readonly QuestionWord[], schema: SqlSchema): readonly Mention[] {
  const { names, roots, values } = lexiconOf(schema);
  const mentions: Mention[] = [];
  const isUsed = words.map(() => false);
  const take = (start: number, end: number, named: readonly Named[] | undefined, isValue: boolean): void => {
    if (named === undefined || isUsed.slice(start, end).includes(true)) return;
    isUsed.fill(true, start, end);
    mentions.push({ start, end, named, isValue });
  };
  words.forEach(({ kind, text }, at) => {
    if (kind === 'quoted') take(at, at + 1, values.get(normal(text)), true);
  });
  for (let length = longest; length > 0; length--)
    for (let start = 0; start + length <= words.length; start++) {
      const span = words.slice(start, start + length);
      const [first] = span;
      if (first === undefined || span.some(({ kind }) => kind === 'quoted' || kind === 'sign')) continue;
      if (span.some(({ sentence }) => sentence !== first.sentence)) continue;
      // `first` begins the name of a column only in `first and last name`.
      if (
        length === 1 &&
        /^(?:first|last|middle)$/u.test(first.low) &&
        !words.slice(start + 1, start + 6).some((word) => word.stem === 'name')
      )
        continue;
      const isWords = span.every(({ kind }) => kind === 'word');
      // `line 1`
      const isNumbered = length > 1 && first.kind === 'word' && span.slice(1).every(({ kind }) => kind === 'number');
      const isName = span.some((word) => word.isName);
      const value = (): readonly Named[] | undefined => valueOf(span, values);
      // `Music` within a sentence is the playlist rather than a name of the schema.
      if (isName && length > 1) take(start, start + length, value(), true);
      if (
        (isWords || isNumbered) &&
        !(
          length === 1 &&
          isPlain(first) &&
          !/^(?:name|id)s?$/u.test(first.low) &&
          !isNoun(words, start) &&
          !isSum(words, start, length, names)
        )
      )
        take(start, start + length, isSum(words, start, length, names) ? names.get('total') : nameOf(span, names), false);
      if (isWords || length > 1) take(start, start + length, value(), true);
      if (isWords && first.low.length >= 5 && !(length === 1 && isPlain(first)))
        take(start, start + length, roots.get(span.map(({ stem: own }) => rootOf(own)).join('')), false);
    }
  // What names nothing itself may be another word for what does.
  words.forEach(({ kind, stem: own }, at) => {
    if (kind !== 'word' || isUsed[at] === true) return;
    const named = synonymsOf(own).flatMap((other) => (names.get(other) ?? []).filter(({ share }) => share >= 0.9));
    if (named.length > 0) take(at, at + 1, named.map((each) => ({ ...each, share: each.share * 0.9 })), false);
  });
  return mentions.sort((a, b) => a.start - b.start);
} // prettier-ignore

function isPlain({ low, stem: own, text, isName }: QuestionWord): boolean {
  // `a grade of A`
  return (plainWords.has(low) || plainWords.has(own)) && !(isName && text === 'A');
}

/** `the count of`: a word that is seldom a name stands where only a name can. */
function isNoun(words: readonly QuestionWord[], at: number): boolean {
  return words[at - 1]?.low === 'the' && words[at + 1]?.low === 'of';
}

/** `the invoice total`: what mostly adds up is a name behind a table. */
function isSum(words: readonly QuestionWord[], at: number, length: number, names: ReadonlyMap<string, readonly Named[]>): boolean {
  const isTable = (place: number): boolean => names.get(words[place]?.stem ?? '')?.some(({ column, share }) => column === undefined && share === 1) === true;
  return length === 1 && words[at]?.stem === 'total' && isTable(at - 1) && !isTable(at + 1);
} // prettier-ignore

function nameOf(span: readonly QuestionWord[], names: ReadonlyMap<string, readonly Named[]>): readonly Named[] | undefined {
  // `total number` is no column `number`, unless all of it names one.
  const named = names.get(span.map((word) => (word.kind === 'number' ? word.text : word.stem)).join(''));
  if (named === undefined || !working.has(span[0]?.low ?? '')) return named;
  const whole = named.filter(({ share }) => share === 1);
  return whole.length === 0 || span.length === 1 ? undefined : whole;
} // prettier-ignore

function valueOf(span: readonly QuestionWord[], values: ReadonlyMap<string, readonly Named[]>): readonly Named[] | undefined {
  const text = span.map(({ low }) => low).join(' ');
  const [first] = span;
  if (first === undefined || (span.length === 1 && (isPlain(first) || (first.low.length < 3 && !/^\p{Lu}/u.test(first.text))))) return undefined;
  // A word of a sentence that is no name begins no value such as `the`.
  if (span.every(isPlain)) return undefined;
  const places = (): readonly Named[] | undefined => placesOf(span.map((word) => word.text).join(' ')).map((place) => values.get(place)).find((found) => found !== undefined);
  return values.get(text) ?? values.get(stem(text)) ?? places();
} // prettier-ignore

/** The column that names a row of a table for people: `name`, `title`, or the like. */
export function nameColumn({ name, columns }: SqlTable): string | undefined {
  const own = nameStems(name).join('');
  const rank = (column: string): number => {
    const stems = nameStems(column);
    if (stems.join('') === 'name') return 0;
    if (/^(?:first|user)name$/u.test(stems.join(''))) return 1;
    if (stems.at(-1) === 'name') return own.includes(stems[0] ?? ' ') ? 1 : 3;
    if (stems.at(-1) === 'title') return 2;
    return stems.join('') === own ? 2 : 9;
  };
  const [best] = [...columns].sort((a, b) => rank(a.name) - rank(b.name));
  return best === undefined || rank(best.name) === 9 ? undefined : best.name;
}

/** The column that tells the rows of a table apart: its key of one column, or its only unique one. */
export function keyColumn({ name, columns, primaryKey }: SqlTable): string | undefined {
  if (primaryKey !== undefined && primaryKey.length > 1) return undefined;
  return (
    columns.find(({ isKey }) => isKey) ??
    columns.find(({ isUnique }) => isUnique === true) ??
    columns.find(
      ({ name: own }) =>
        /^id$/iu.test(own) ||
        own.toLowerCase() === `${stem(name)}_id` ||
        own.toLowerCase() === `${stem(name)}id`,
    )
  )?.name;
}

/** Whether values of a column are numbers, or days, which have an order. */
export function isOrderable(table: SqlTable, column: string): boolean {
  const { type = '', values } = columnNamed(table, column) ?? {};
  if (isDay(table, column)) return true;
  if (/int|real|num|dec|float|doub/iu.test(type)) return true;
  const samples = values?.samples ?? [];
  // Numbers that came from a file of text, with some that were missing.
  const filled = samples.filter((sample) => sample !== '' && sample !== 'NULL');
  if (filled.length > 0) return filled.every((sample) => typeof sample !== 'string' || /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/iu.test(sample));
  return /date|year|time|age|number|amount|price/iu.test(column);
} // prettier-ignore

/** Whether a column holds days or points in time. */
export function isDay(table: SqlTable, column: string): boolean {
  const { type = '', values } = columnNamed(table, column) ?? {};
  if (/date|time/iu.test(type)) return true;
  const samples = values?.samples ?? [];
  return samples.length > 0 && samples.every((sample) => typeof sample === 'string' && /^\d{4}-\d\d(?:-\d\d)?(?:[T ]|$)/u.test(sample));
} // prettier-ignore

/** Whether a column holds numbers that are added up and compared: no keys, and no references. */
export function isMeasure(table: SqlTable, column: string): boolean {
  const known = columnNamed(table, column);
  if (known === undefined || known.isKey || isDay(table, column)) return false;
  if (table.foreignKeys.some((key) => key.column === column) || /(?:^|_)id$|Id$/u.test(column)) return false;
  return isOrderable(table, column);
}
