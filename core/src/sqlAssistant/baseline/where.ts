import { joinPaths } from '../../sqlSchema/index.ts';
import type { SqlTable } from '../../sqlSchema/index.ts';
import type { Condition } from './conditions.ts';
import { happened } from './events.ts';
import { isMeasure, keyColumn } from './mentions.ts';
import type { Mention } from './mentions.ts';
import { missing } from './missing.ts';
import type { ColumnOf, Reading } from './reading.ts';
import { columnText, fromTables, likeliestJoin } from './reading.ts';
import { less, measures, more } from './superlatives.ts';

/** The conditions of a question as SQL, to be joined with AND. Those that belong to rows that must not be there go into their subquery. */
export function whereOf(reading: Reading, conditions: readonly Condition[]): readonly string[] {
  const left = deniedToo(reading, conditions);
  const parts = [...missing(reading), ...happened(reading), ...absences(reading, left), ...deniedFlags(reading, left), ...deniedValues(reading, left), ...both(reading, left), ...averages(reading)];
  for (let i = 0; i < left.length; i++) {
    const condition = left[i];
    if (condition === undefined) continue;
    let test = testOf(reading, condition);
    // `9 or 10`, `Italy, France and Spain`: the same column cannot be both.
    for (let last = condition, next = left[i + 1]; next !== undefined && isAlternative(reading, last, next); last = next, next = left[i + 1]) {
      test = `${test.startsWith('(') ? test.slice(1, -1) : test} OR ${testOf(reading, next)}`;
      test = `(${test})`;
      i++;
    }
    parts.push(test);
  }
  return parts;
} // prettier-ignore

/** `not from Norway or India`: from neither. */
function deniedToo(reading: Reading, conditions: readonly Condition[]): Condition[] {
  const found: Condition[] = [];
  for (const each of conditions) {
    const last = found.at(-1);
    const isToo = last?.operator === '!=' && each.operator === '=' && isSame(last, each) && /^(?:or|nor|and)$/u.test(reading.words[each.at - 1]?.low ?? '') && each.at - last.at <= 4;
    found.push(isToo ? { ...each, operator: '!=' } : each);
  }
  return found;
} // prettier-ignore

function testOf(reading: Reading, { column, operator, left, value }: Condition): string {
  const own = reading.refer(column);
  return `${left ?? own} ${operator} ${value}`;
}

function isAlternative(reading: Reading, a: Condition, b: Condition): boolean {
  const between = reading.between(a.at, b.at);
  if (isSame(a, b) && a.operator === '!=' && b.operator === '!=') return false;
  if (between.includes('or') && !between.includes('and'))
    return b.at - a.at <= 12 && (isSame(a, b) || reading.distance(a.column.table) < 9);
  return isSame(a, b) && a.operator === '=' && b.operator === '=';
}

function isSame({ column: a }: Condition, { column: b }: Condition): boolean {
  return a.table === b.table && a.column === b.column;
}

/** `both English and French`: rows of the subject to which one and the other belong. */
function both(reading: Reading, conditions: Condition[]): readonly string[] {
  const at = conditions.findIndex((each, i) => {
    const next = conditions[i + 1];
    if (next === undefined || !isSame(each, next) || each.operator !== '=' || each.value === next.value || each.column.table === reading.subject) return false;
    // A city is in one country, but a battle can have lost two ships.
    const between = reading.between(each.at, next.at);
    return reading.has('both') || (between.includes('and') && isToMany(reading, each.column.table));
  });
  const [a, b] = conditions.slice(at, at + 2);
  if (at < 0 || a === undefined || b === undefined) return [];
  const others = conditions.filter((each) => each !== a && each !== b && each.column.table === a.column.table);
  const tests = [a, b].map((each) => belonging(reading, a.column.table, [each, ...others], 'IN'));
  if (tests.includes(undefined)) return [];
  for (const each of [a, b, ...others]) conditions.splice(conditions.indexOf(each), 1);
  return tests.filter((test) => test !== undefined);
} // prettier-ignore

function isToMany({ schema, subject }: Reading, table: SqlTable): boolean {
  return (joinPaths(schema, [subject.name], table.name, 1)[0] ?? []).some(({ isToOne }) => !isToOne);
}

/** `where English is not the official language`: no row says that it is. */
function deniedFlags(reading: Reading, conditions: Condition[]): readonly string[] {
  const flag = conditions.find(({ denied, column }) => denied !== undefined && column.table !== reading.subject);
  const said = conditions.find((each) => each !== flag && each.column.table === flag?.column.table && each.operator === '=' && Math.abs(each.at - flag.at) <= 4);
  if (flag?.denied === undefined || said === undefined || !isToMany(reading, flag.column.table)) return [];
  const test = belonging(reading, flag.column.table, [said, { ...flag, value: flag.denied }], 'NOT IN');
  if (test === undefined) return [];
  for (const each of [flag, said]) conditions.splice(conditions.indexOf(each), 1);
  return [test];
} // prettier-ignore

/** `countries that do not speak English`: none of their rows says it, where there may be several. */
function deniedValues(reading: Reading, conditions: Condition[]): readonly string[] {
  return conditions
    .filter(({ operator, column }) => operator === '!=' && column.table !== reading.subject && isToMany(reading, column.table))
    .flatMap((each) => {
      const test = belonging(reading, each.column.table, [{ ...each, operator: '=' }], 'NOT IN');
      if (test === undefined) return [];
      conditions.splice(conditions.indexOf(each), 1);
      return [test];
    });
} // prettier-ignore

/** `no friends`, `never bought`, `without any dogs`: rows of the subject to which none of another table belongs. */
function absences(reading: Reading, conditions: Condition[]): readonly string[] {
  return reading.mentions.flatMap((mention) => {
    const table = reading.table(mention);
    if (table === undefined || table === reading.subject || !isAbsent(reading, mention)) return [];
    const inside = conditions.filter(({ column, at }) => at > mention.start - 4 && column.table !== reading.subject);
    // What is denied is that there are rows, and not their values, too.
    const test = belonging(reading, table, inside.map((each) => (each.operator === '!=' ? { ...each, operator: '=' } : each)), 'NOT IN');
    if (test === undefined) return [];
    for (const each of inside) conditions.splice(conditions.indexOf(each), 1);
    reading.taken.add(mention);
    return [test];
  });
} // prettier-ignore

function isAbsent(reading: Reading, { start }: Mention): boolean {
  const before = reading.before(start, 6);
  const at = before.findLastIndex((word) => /^(?:no|not|never|without|don|doesn|didn|haven|hasn)$/u.test(word));
  if (at < 0) return false;
  // `no email and a loan`
  if (/ (?:and|but) (?:an?|have|has|had|some|with) /u.test(` ${before.slice(at).join(' ')} `)) return false;
  // `no more than 3 dogs` counts them.
  return !before.slice(at).some((word) => more.has(word) || less.has(word) || /^(?:who|which|that|whose|only)$/u.test(word));
} // prettier-ignore

/** The test that rows of another table belong to a row of the subject, or that none does. */
export function belonging(
  reading: Reading,
  table: SqlTable,
  conditions: readonly Condition[],
  operator: 'IN' | 'NOT IN',
): string | undefined {
  const { schema, subject } = reading;
  const [path] = joinPaths(schema, [subject.name], table.name, 1);
  const first = path?.[0] === undefined ? undefined : likeliestJoin(schema, path[0]);
  const [pair] = first?.on ?? [];
  if (path === undefined || first === undefined || pair === undefined || first.on.length > 1) return undefined;
  reading.used.add(subject);
  reading.inside.add(table);
  const own = columnText(subject, pair.from);
  if (path.length === 1 && first.isToOne && conditions.length === 0 && subject.foreignKeys.some(({ column }) => column === pair.from))
    return `${own} IS ${operator === 'IN' ? 'NOT ' : ''}NULL`;
  const joined = schema.tables.find(({ name }) => name === first.to);
  const from = fromTables(schema, [first.to, ...new Set([...path.slice(1).map(({ to }) => to), ...conditions.map(({ column }) => column.table.name)])]);
  if (joined === undefined || from === undefined) return undefined;
  const inner = columnText(joined, pair.to);
  const tests = [
    ...conditions.map((each) => `${each.left ?? columnText(each.column.table, each.column.column)} ${each.operator} ${each.value}`),
    ...(operator === 'NOT IN' ? [`${inner} IS NOT NULL`] : []),
  ];
  return `${own} ${operator} (SELECT ${inner} FROM ${from}${tests.length === 0 ? '' : ` WHERE ${tests.join(' AND ')}`})`;
} // prettier-ignore

/** `older than the average`, `weight above average`. */
function averages(reading: Reading): readonly string[] {
  return reading.placesOf('average').flatMap((at) => {
    const before = reading.before(at, 4);
    const word = before.find((each) => more.has(each) || less.has(each));
    if (word === undefined || reading.words[at - 1]?.kind === 'number') return [];
    const mention =
      reading.mentions.find(({ start }) => start > at && start - at <= 3) ??
      reading.mentions.filter(({ end }) => end <= at && at - end <= 5).at(-1);
    const column: ColumnOf | undefined =
      (mention === undefined ? undefined : reading.column(mention, (each) => isMeasure(each.table, each.column))) ??
      adjective(reading, word);
    if (column === undefined) return [];
    for (const each of reading.mentions) if (each.start >= at - 5 && reading.column(each)?.column === column.column) reading.taken.add(each);
    reading.spent.add(at);
    const own = reading.refer(column);
    return [`${own} ${more.has(word) ? '>' : '<'} (SELECT AVG(${own}) FROM ${fromTables(reading.schema, [column.table.name]) ?? ''})`];
  });
} // prettier-ignore

function adjective({ subject }: Reading, word: string): ColumnOf | undefined {
  const [column] = (measures.get(word) ?? []).flatMap(({ pattern }) => subject.columns.filter(({ name }) => pattern.test(name) && isMeasure(subject, name)));
  return column === undefined ? undefined : { table: subject, column: column.name };
} // prettier-ignore

/** The column by which rows of a table are told apart in groups. */
export function groupKey(table: SqlTable): ColumnOf | undefined {
  const column = keyColumn(table);
  return column === undefined ? undefined : { table, column };
}
