import { foldedName, nameStems } from '../../../sqlSchema/index.ts';

/**
 * How much an alias looks like one of a table, 0..1: `o` and `od` of `order_details` (initials), `cust` of `customer` (beginning), `customer2`.
 * Numbered letters such as `t1` look like none.
 */
export function aliasLikeness(alias: string, table: string): number {
  const low = foldedName(alias);
  const bare = low.replace(/(?:_?alias)?_?\d*$/u, '');
  if (bare === '' || /^t\d+$/u.test(low)) return 0;
  const name = foldedName(table);
  if (bare === name) return 1;
  const words = nameStems(table);
  const [first = ''] = words;
  if (bare.length === 1) {
    if (first.startsWith(bare)) return words.length === 1 ? 0.7 : 0.5;
    return words.some((word) => word.startsWith(bare)) ? 0.3 : 0;
  }
  if (words.map((word) => word.charAt(0)).join('') === bare) return 1;
  if (words.some((word) => word.startsWith(bare) || bare.startsWith(word))) return 0.8;
  return isWithin(bare, name) ? 0.4 : 0;
}

/** Whether the letters of a short name stand in a longer one in their order, beginning with its first: `cstmr` in `customer`. */
function isWithin(short: string, long: string): boolean {
  if (short.charAt(0) !== long.charAt(0)) return false;
  let at = 0;
  for (const letter of short) {
    at = long.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
