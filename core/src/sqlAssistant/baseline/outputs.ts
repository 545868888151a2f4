import { joinPaths } from '../../sqlSchema/index.ts';
import type { SqlTable } from '../../sqlSchema/index.ts';
import { saidDay } from './dates.ts';
import { isDay, isMeasure, isOrderable, keyColumn, nameColumn } from './mentions.ts';
import type { Mention } from './mentions.ts';
import type { ColumnOf, Reading } from './reading.ts';
import { quotedName } from './reading.ts';
import { isOrdering } from './order.ts';
import { revenueOf } from './revenue.ts';
import { aggregates, ascending, descending } from './superlatives.ts';

/** What is asked for, in the order of the question. */
export interface Output {
  readonly text: string;
  /** Whether it is one number of many rows. */
  readonly isAggregate: boolean;
  /** The column that it is, or is made of; undefined for a count of rows. */
  readonly column: ColumnOf | undefined;
}

/** Words that begin a condition, so that columns behind them are not asked for. */
const conditional = new Set(
  'whose with where that who which having when ordered sorted order sort descending ascending among based if'.split(' '),
); // prettier-ignore
const asking = new Set('return show list give include display provide represent'.split(' '));

/** Whether a word begins a condition or an order, and not what is asked for beside the rest. */
function isConditional(words: Reading['words'], at: number): boolean {
  const low = words[at]?.low ?? '';
  return conditional.has(low) && !(/^order/u.test(low) && !isOrdering(words, at));
}

/** `with their names`, `along with the price`, `including the genre`: what follows is asked for beside what stands before. */
function isListing(words: Reading['words'], at: number): boolean {
  const [last = '', low = '', next = ''] = [words[at - 1]?.low, words[at]?.low, words[at + 1]?.low];
  return low === 'including' || (low === 'with' && (/^(?:their|its|his|her)$/u.test(next) || /^(?:along|together)$/u.test(last)));
} // prettier-ignore

/** The places in which columns are asked for, as pairs of first and behind the last. */
function regionsOf({ words }: Reading): readonly (readonly [number, number])[] {
  const sentences = [...new Set(words.map(({ sentence }) => sentence))].map((sentence) => {
    const start = words.findIndex((word) => word.sentence === sentence);
    const behind = words.findLastIndex((word) => word.sentence === sentence) + 1;
    const end = words.findIndex(
      (_, i) => i > start + 1 && i < behind && isConditional(words, i) && !isListing(words, i),
    );
    return { start, end: end < 0 ? behind : end, behind };
  });
  const later = sentences.slice(1).filter(({ start }) => asking.has(words[start]?.low ?? ''));
  return (later.length > 0 ? later : sentences).map(({ start, end }) => [start, end] as const);
}

/** Places of the words that count rows, with that behind them. */
export function countPlaces(reading: Reading): readonly { readonly at: number; readonly behind: number }[] {
  const { words } = reading;
  return words.flatMap(({ low }, at) => {
    const next = words[at + 1]?.low;
    if (low === 'how' && next === 'many') return [{ at, behind: at + 2 }];
    if (/^(?:number|numbers|count|counts|no)$/u.test(low) && next === 'of') return isNumberCalled(reading, at) ? [] : [{ at, behind: at + 2 }];
    if (low === 'counts' && /^(?:respective|their)$/u.test(words[at - 1]?.low ?? '')) return [{ at, behind: words.length }];
    // `count the number of` counts once.
    return low === 'count' && !reading.between(at + 1, at + 3).includes('number') ? [{ at, behind: at + 1 }] : [];
  });
} // prettier-ignore

/** `phone numbers of`: what a column is called, and no count; but not `the city, number of dogs`. */
function isNumberCalled(reading: Reading, at: number): boolean {
  return reading.words[at]?.isAfterComma === false && reading.mentions.some((mention) => mention.end === at && !mention.isValue && reading.table(mention) === undefined && reading.column(mention) !== undefined);
} // prettier-ignore

/** `forms of government`: a mention, and the one behind `of` that says the same column. */
function ofOne(reading: Reading, mention: Mention): readonly Mention[] {
  const next = reading.words[mention.end]?.low === 'of' ? reading.mentions.find(({ start }) => start === mention.end + 1) : undefined;
  const [own, other] = [reading.column(mention), next === undefined ? undefined : reading.column(next)];
  return next !== undefined && own !== undefined && own.table === other?.table && own.column === other.column ? [mention, next] : [mention];
} // prettier-ignore

/** Columns, numbers made of many, and counts that a question asks for. */
export function outputsOf(reading: Reading): readonly Output[] {
  const regions = regionsOf(reading);
  const isAsked = (place: number): boolean => regions.some(([start, end]) => place >= start && place < end);
  const items: { readonly at: number; readonly outputs: readonly Output[] }[] = [];
  const counting = new Set<Mention>();
  for (const { at, behind } of countPlaces(reading)) {
    const isHow = reading.words[at]?.low === 'how';
    if (isOfMeasure(reading, at, behind)) continue;
    if (!isHow && !isAsked(at)) continue;
    const first = reading.next(behind, 3);
    // `degree names`: the column of what stands before it.
    const second = first === undefined || first.isValue ? undefined : reading.mentions.find((each) => each.start === first.end && !each.isValue && reading.table(each) === undefined && reading.column(each) !== undefined);
    if (first !== undefined && second !== undefined) counting.add(first);
    const mention = second ?? first;
    if (mention !== undefined && reading.taken.has(mention) && !isHow && isSuperlative(reading, at)) continue;
    if (mention !== undefined) for (const each of ofOne(reading, mention)) counting.add(each);
    items.push({ at, outputs: [countOf(reading, mention)] });
  }
  const revenue = revenueOf(reading);
  // Ranked by it first, it is asked for where it is spoken of again.
  const spoken = revenue?.places.findLast(isAsked);
  if (revenue !== undefined && spoken !== undefined) items.push({ at: spoken, outputs: [{ text: revenue.text, isAggregate: true, column: undefined }] });
  for (const mention of reading.mentions) {
    if (mention.isValue || !isAsked(mention.start) || reading.taken.has(mention) || counting.has(mention)) continue;
    if (isSaidOfCounted(reading, mention) || isOwner(reading, mention)) continue;
    const column = reading.table(mention) === undefined || isColumnFirst(reading, mention) ? reading.column(mention) : undefined;
    if (column !== undefined) items.push({ at: mention.start, outputs: columnOutputs(reading, mention, column) });
    else if (isListed(reading, mention)) {
      const table = reading.table(mention);
      const name = table === undefined ? undefined : nameColumn(table);
      if (table !== undefined && name !== undefined) items.push({ at: mention.start, outputs: personal(reading, { table, column: name }) });
    }
  }
  const listing = reading.words.findIndex((_, i) => isListing(reading.words, i));
  const own = nameColumn(reading.subject);
  // `all albums with their artists`: the albums, too.
  if (own !== undefined && items.some(({ at }) => at > listing) && !items.some(({ at }) => at < listing) && reading.mentions.some((mention) => mention.end <= listing && reading.table(mention) === reading.subject))
    items.push({ at: 0, outputs: personal(reading, { table: reading.subject, column: own }) });
  const seen = new Set<string>();
  return items
    .sort((a, b) => a.at - b.at)
    .flatMap(({ outputs }) => outputs)
    .filter(({ text }) => !seen.has(text) && seen.add(text) !== undefined);
} // prettier-ignore

/** `how many students have declared a major`: what is said of them is not asked for, but for what comes behind `and`. */
function isSaidOfCounted({ words }: Reading, { start }: Mention): boolean {
  const first = words.findIndex(({ sentence }) => sentence === words[start]?.sentence);
  const between = words.slice(first, start).map(({ low }) => low);
  const many = between.findIndex((low, i) => low === 'many' && between[i - 1] === 'how');
  if (many < 0 || many > 3) return false;
  return between.slice(many).some((low) => /^(?:have|has|had|are|were|is|was|do|does|did|with)$/u.test(low)) && !between.slice(many).includes('and');
} // prettier-ignore

/** `the people's age`: what stands behind is asked for. */
function isOwner({ words, mentions }: Reading, { end }: Mention): boolean {
  return words[end]?.low === 's' && mentions.some(({ start }) => start - end === 1);
}

/** `the average number of injuries`: a number that is in a column. */
function isOfMeasure(reading: Reading, at: number, behind: number): boolean {
  const mention = reading.next(behind, 1);
  if (mention === undefined || mention.isValue || reading.table(mention) !== undefined) return false;
  const column = reading.column(mention, (named) => isMeasure(named.table, named.column));
  return column !== undefined && reading.before(at, 2).some((word) => /^(?:average|mean|maximum|minimum|total|max|min)$/u.test(word));
} // prettier-ignore

function isSuperlative(reading: Reading, at: number): boolean {
  return reading.before(at, 2).some((word) => descending.has(word) || ascending.has(word));
}

/** A word that names a table and a column: the column where another table is the subject. */
function isColumnFirst({ subject, words }: Reading, { named, end }: Mention): boolean {
  const isOwn = named.some(({ table, column, share }) => column !== undefined && table === subject && share === 1);
  const isSubject = named.some(({ table, column }) => column === undefined && table === subject);
  return isOwn && !isSubject && words[end]?.low !== 'that';
} // prettier-ignore

/** `the teachers and the courses that they teach`: another table in a list of what is asked for. */
function isListed(reading: Reading, mention: Mention): boolean {
  const table = reading.table(mention);
  if (table === undefined || table === reading.subject) return false;
  const before = reading.before(mention.start, 2);
  return before.includes('and') || reading.words[mention.start]?.isAfterComma === true || isListing(reading.words, mention.start - 1) || isListing(reading.words, mention.start - 2);
} // prettier-ignore

function plain(reading: Reading, column: ColumnOf): Output {
  return { text: reading.refer(column), isAggregate: false, column };
}

function columnOutputs(reading: Reading, mention: Mention, column: ColumnOf): readonly Output[] {
  const functions = functionsBefore(reading, mention, column);
  if (functions.length > 0) {
    const text = reading.refer(column);
    return functions.map((each) => ({ text: `${each}(${text})`, isAggregate: true, column }));
  }
  // A person's name is in two columns.
  const last = /^first_?name$/iu.test(column.column) && reading.words[mention.start]?.low !== 'first' && reading.words[mention.end - 1]?.stem === 'name' && mention.end - mention.start === 1
    ? column.table.columns.find(({ name }) => /^last_?name$/iu.test(name))?.name : undefined;
  return [column, ...(last === undefined ? [] : [{ table: column.table, column: last }])].map((each) => plain(reading, each));
} // prettier-ignore

/** `average`, `minimum and maximum`; and `lowest`, where nothing but its column is asked for. */
function functionsBefore(reading: Reading, { start, end }: Mention, column: ColumnOf): readonly string[] {
  if (!isOrderable(column.table, column.column)) return [];
  const { mentions, taken, words } = reading;
  const others = mentions.filter((mention) => mention.end <= start);
  // `the average invoice total`
  const last = others.at(-1);
  if (last?.end === start && words[start]?.isAfterComma === false && reading.table(last) === column.table) others.pop();
  const previous = others.at(-1)?.end ?? 0;
  const opening = words.findIndex(({ sentence }) => sentence === words[start]?.sentence);
  const before = reading.before(start, Math.min(5, start - Math.max(previous, opening)));
  const functions = before.filter((_, i) => !reading.spent.has(start - before.length + i)).flatMap((word) => aggregates.get(word) ?? []);
  if (functions.includes('SUM') && !isMeasure(column.table, column.column)) return ['COUNT'];
  const isAlone = !mentions.some((other) => other.start !== start && words[other.start - 1]?.low !== 'many' && !taken.has(other) && reading.table(other) === undefined && reading.column(other) !== undefined);
  // `the smallest and largest`
  const both = before.flatMap((word) => (descending.has(word) ? ['MAX'] : ascending.has(word) ? ['MIN'] : []));
  if (functions.length === 0 && new Set(both).size === 2 && before.includes('and')) return both;
  // `the three highest fines`
  const isSeveral = words[start - 2]?.kind === 'number' && reading.spent.has(start - 2);
  if (functions.length > 0 || !isAlone || isSeveral || words[end]?.low === 'number') return functions;
  return before.slice(-1).flatMap((word) => (descending.has(word) ? ['MAX'] : ascending.has(word) ? ['MIN'] : []));
} // prettier-ignore

/** How rows are counted: those of what stands behind `how many`. */
function countOf(reading: Reading, mention: Mention | undefined): Output {
  const rows: Output = { text: 'COUNT(*)', isAggregate: true, column: undefined };
  if (mention === undefined || mention.isValue) return rows;
  const table = reading.table(mention);
  const isDistinct = reading.before(mention.start, 3).some((word) => /^(?:different|distinct|unique)$/u.test(word));
  if (table !== undefined && !(isDistinct && table !== reading.subject && isColumnFirst(reading, mention))) {
    reading.used.add(table);
    const key = keyColumn(table);
    return key !== undefined && isDistinct ? { ...rows, text: `COUNT(DISTINCT ${reading.refer({ table, column: key })})` } : rows;
  }
  const column = reading.taken.has(mention) ? undefined : reading.column(mention);
  if (column === undefined) return rows;
  const text = reading.refer(column);
  if (/^(?:num|number|count|total)_|^population$/iu.test(column.column) && isMeasure(column.table, column.column)) return { text: `SUM(${text})`, isAggregate: true, column };
  const isText = !isOrderable(column.table, column.column);
  return { text: isDistinct || isText ? `COUNT(DISTINCT ${text})` : `COUNT(${text})`, isAggregate: true, column };
} // prettier-ignore

/** What a row of a table is called, where nothing else is asked for. */
export function defaultOutput(reading: Reading): readonly Output[] {
  const { subject } = reading;
  const wanted = reading.has('id', 'ids') ? keyColumn(subject) : (placeOrTime(reading) ?? nameColumn(subject));
  reading.used.add(subject);
  const all: Output = { text: reading.used.size > 1 ? `${quotedName(subject.name)}.*` : '*', isAggregate: false, column: undefined };
  if (isAllAsked(reading) || wanted === undefined) return [all];
  return personal(reading, { table: subject, column: wanted });
} // prettier-ignore

/** `When was the review started?`, `Where does the teacher live?`: the day or the place of a row. */
function placeOrTime(reading: Reading): string | undefined {
  const { words, subject } = reading;
  const columns = subject.columns.map(({ name }) => ({ table: subject, column: name }));
  if (words[0]?.low === 'when') return saidDay(reading, columns.filter(({ table, column }) => isDay(table, column)))?.column;
  const isPlace = words[0]?.low === 'where' && /^(?:is|are|was|were|do|does|did)$/u.test(words[1]?.low ?? '');
  return isPlace ? columns.find(({ column }) => places.test(column))?.column : undefined;
} // prettier-ignore

const places =
  /^(?:location|address|hometown|venue|place|city|town)$|_(?:address|location)$|^(?:city|location)_?name$/iu;

/** A column; with the last name where it is a first one. */
export function personal(reading: Reading, { table, column }: ColumnOf): readonly Output[] {
  const last = /^first_?name$/iu.test(column) ? table.columns.find(({ name }) => /^last_?name$/iu.test(name))?.name : undefined;
  return [column, ...(last === undefined ? [] : [last])].map((each) => plain(reading, { table, column: each }));
} // prettier-ignore

/** `show all customers`, `everything about`: rows as they are. */
function isAllAsked({ words, subject, mentions }: Reading): boolean {
  if (words.some(({ low }) => /^(?:everything|details|information|info)$/u.test(low))) return true;
  return mentions.some(({ start, named }) => words[start - 1]?.low === 'all' && /^(?:show|list|find|display|get)$/u.test(words[start - 2]?.low ?? '') && named.some(({ table, column }) => table === subject && column === undefined));
} // prettier-ignore

/** Whether a join gives a row of a table several times. */
export function isMultiplied({ schema, used }: Reading, table: SqlTable): boolean {
  return [...used].some((other) => other !== table && (joinPaths(schema, [table.name], other.name, 1)[0] ?? []).some(({ isToOne }) => !isToOne));
} // prettier-ignore
