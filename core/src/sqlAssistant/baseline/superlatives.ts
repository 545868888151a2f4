/** Words that ask for one number made of many. */
export const aggregates: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ average: 'AVG', mean: 'AVG', avg: 'AVG', total: 'SUM', sum: 'SUM', combined: 'SUM' },
    ...{ maximum: 'MAX', max: 'MAX', minimum: 'MIN', min: 'MIN' },
  }),
);

/** Words that ask for the largest values first, and for the smallest. */
export const descending = new Set(
  'most highest largest biggest greatest maximum longest oldest latest newest heaviest recent best top tallest last'.split(
    ' ',
  ),
);
export const ascending = new Set(
  'least lowest smallest fewest minimum shortest youngest earliest lightest worst cheapest'.split(' '),
);

const age = /^age$|_age$/iu;
const birth = /birth|born|dob/iu;
const duration = /length|duration|time|second|distance|(?:^|_)pages?$/iu;
const size = /area|population|size|capacity/iu;
const day = /date|year|_(?:at|on)$|time/iu;
const height = /height|altitude|elevation|rating|price/iu;
const weight = /weight/iu;
const price = /price|cost|fee|amount/iu;
const rating = /rating|score|rank/iu;

/** A measure of an adjective, and whether small values are meant by what otherwise asks for large ones. */
interface Measure {
  readonly pattern: RegExp;
  readonly isTurned?: boolean;
}

/** What an adjective is measured by, where the question does not say: names of columns, the likeliest first. */
export const measures: ReadonlyMap<string, readonly Measure[]> = new Map(Object.entries<readonly Measure[]>({
  ...{ oldest: [{ pattern: age }, { pattern: birth, isTurned: true }, { pattern: day, isTurned: true }] },
  ...{ youngest: [{ pattern: age }, { pattern: birth, isTurned: true }] },
  ...{ older: [{ pattern: age }], aged: [{ pattern: age }], old: [{ pattern: age }], cost: [{ pattern: price }], costs: [{ pattern: price }], cheaper: [{ pattern: price }], heavier: [{ pattern: weight }], longer: [{ pattern: duration }], taller: [{ pattern: height }], younger: [{ pattern: age }] },
  ...{ longest: [{ pattern: duration }], shortest: [{ pattern: duration }, { pattern: height }], tallest: [{ pattern: height }] },
  ...{ heaviest: [{ pattern: weight }], lightest: [{ pattern: weight }] },
  ...{ largest: [{ pattern: size }], biggest: [{ pattern: size }], smallest: [{ pattern: size }] },
  ...{ highest: [{ pattern: height }], lowest: [{ pattern: height }] },
  ...{ best: [{ pattern: rating }], worst: [{ pattern: rating }], cheapest: [{ pattern: price }] },
  ...{ first: [{ pattern: day }], latest: [{ pattern: day }], recent: [{ pattern: day }], newest: [{ pattern: day }], earliest: [{ pattern: day }], last: [{ pattern: day }] },
})); // prettier-ignore

/** Words of comparison, by what they make of the number behind them. */
export const more = new Set(
  'more greater larger over above older higher longer exceed exceeds exceeding after heavier bigger since taller wider deeper faster later'.split(
    ' ',
  ),
);
export const less = new Set(
  'less fewer under below younger lower shorter before smaller lighter cheaper slower earlier'.split(' '),
);
