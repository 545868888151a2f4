import { nameStems } from '../../../sqlSchema/index.ts';
import type { SqlColumn } from '../../../sqlSchema/index.ts';

const keyWords = new Set('id code key no nr number num uid guid uuid ref'.split(' '));
/** Words that end in `id` and name no key. */
const noKeys = /^(?:paid|valid|void|said|grid|bid|kid|aid|mid|rapid|solid|fluid|hybrid)$/u;

/** Whether a name looks like that of a key: `id`, `uid`, `country_code`, `CustomerId`. */
export function isKeyName(name: string): boolean {
  const last = nameStems(name).at(-1) ?? '';
  return keyWords.has(last) || (/[a-z]id$/u.test(last) && !noKeys.test(last));
}

/** Whether a column holds days or times, by its name or type. */
export function isDate(name: string, type: string): boolean {
  return /date|time/iu.test(type) || /date|time|day|(?:_at|_ts|_on|[a-z]At)$/iu.test(name);
}

/** Whether a column holds what is read and not compared: descriptions, addresses of pictures, and the like. */
export function isLongText(name: string, type: string): boolean {
  const last = nameStems(name).at(-1) ?? '';
  return (
    /^(?:description|detail|note|comment|text|url|image|photo|picture)$/u.test(last) || /blob/iu.test(type)
  );
}

/** Whether a column holds how somebody is reached: telephone numbers, addresses and their lines, which few statements are about. */
export function isContact(name: string): boolean {
  return nameStems(name).some((stem) =>
    /^(?:e?mail|phone|telephone|mobile|fax|address|addr|line|zip|zipcode|postal|postcode|ssn)$/u.test(stem),
  );
}

/** Whether a column has few different values in many rows, and more than the two of a flag. */
export function holdsFew({ distinct, examined }: NonNullable<SqlColumn['values']>): boolean {
  return distinct > 2 && distinct <= 0.2 * examined;
}

/** Whether a name, of a column without a type, says that something was counted or computed: `total_sales`, `num_orders`, `avgPrice`. */
export function isMeasure(name: string): boolean {
  return nameStems(name).some((stem) =>
    /^(?:total|num|number|count|cnt|sum|avg|average|mean|max|min|amount|revenue|score|rank|ratio|rate|percent|percentage)$/u.test(
      stem,
    ),
  );
}

/** Whether a declared type is one of numbers. */
export function isNumberType(type: string): boolean {
  return /int|real|num|dec|floa|doub|money/iu.test(type);
}
