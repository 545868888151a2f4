import { listed } from './naming.ts';

/** Words for what a function gives; `x`, `y`... are its arguments in words. What is not here is shown as code. */
type Say = (...arguments_: string[]) => string;

/** Functions that are told with more arguments than one; with more than these nothing would be said of them. */
const mostArguments: Readonly<Record<string, number>> = {
  ...{ group_concat: 2, string_agg: 2, round: 2, ifnull: 2, nullif: 2, strftime: 2, substr: 3, substring: 3 },
  coalesce: Number.POSITIVE_INFINITY,
};

const one: Readonly<Record<string, Say>> = {
  sum: (x) => `the sum of ${x}`,
  total: (x) => `the sum of ${x}`,
  avg: (x) => `the average of ${x}`,
  min: (x) => `the smallest ${x}`,
  max: (x) => `the largest ${x}`,
  group_concat: (x, y) => `all ${x} in one text${y === undefined ? '' : ` (with ${y} between them)`}`,
  string_agg: (x, y = '') => `all ${x} in one text (with ${y} between them)`,
  abs: (x) => `${x} without its sign`,
  length: (x) => `the length of ${x}`,
  lower: (x) => `${x} in small letters`,
  upper: (x) => `${x} in capitals`,
  trim: (x) => `${x} without spaces around it`,
  round: (x, y) => (y === undefined ? `${x} rounded` : `${x} rounded to ${y} digits`),
  ifnull: (x, y = '') => `${x} (or ${y} where that is NULL)`,
  coalesce: (...all) => `the first of ${listed(all)} that is not NULL`,
  nullif: (x, y = '') => `${x} (or NULL where it is ${y})`,
  date: (x) => `the day of ${x}`,
  strftime: (x, y = '') => (parts[x] === undefined ? `${y} written as ${x}` : `the ${parts[x]} of ${y}`),
  substr: (x, y = '', z) =>
    `the part of ${x} from character ${y}${z === undefined ? '' : ` (${z} characters)`}`,
  substring: (...all) => one['substr']?.(...all) ?? '',
};

/** What `strftime` takes of a date. */
const parts: Readonly<Record<string, string>> = {
  "`'%Y'`": 'year',
  "`'%m'`": 'month',
  "`'%d'`": 'day of the month',
  "`'%Y-%m'`": 'year and month',
  "`'%H'`": 'hour',
  "`'%w'`": 'day of the week (0 is Sunday)',
};

/** A call in words; undefined for one that is better shown as it is. @param star whether its argument is `*` */
export function callInWords(
  name: string,
  arguments_: readonly string[],
  { isDistinct, isStar }: { readonly isDistinct: boolean; readonly isStar: boolean },
): string | undefined {
  const folded = name.toLowerCase();
  const [first] = arguments_;
  if (folded === 'count') {
    if (arguments_.length > 1) return undefined;
    if (isStar || first === undefined) return 'the number of rows';
    return isDistinct ? `the number of different ${first}` : `the number of rows with ${first}`;
  }
  // With several arguments they compare those of one row.
  if (arguments_.length > 1 && (folded === 'min' || folded === 'max'))
    return `the ${folded === 'min' ? 'smallest' : 'largest'} of ${listed(arguments_)}`;
  const say = Object.hasOwn(one, folded) ? one[folded] : undefined;
  if (say === undefined || first === undefined || arguments_.length > (mostArguments[folded] ?? 1))
    return undefined;
  return isDistinct ? say(`different ${first}`, ...arguments_.slice(1)) : say(...arguments_);
}
