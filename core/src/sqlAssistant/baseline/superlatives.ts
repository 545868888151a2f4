/** Words that ask for one number made of many. */
export const aggregates: Readonly<Record<string, string>> = {
  ...{ average: 'AVG', mean: 'AVG', total: 'SUM', sum: 'SUM' },
  ...{ maximum: 'MAX', max: 'MAX', minimum: 'MIN', min: 'MIN' },
};

/** Words that ask for the largest values first, and for the smallest. */
export const descending = new Set(
  'most highest largest biggest greatest maximum longest oldest latest newest heaviest recent best top'.split(
    ' ',
  ),
);
export const ascending = new Set(
  'least lowest smallest fewest minimum shortest youngest earliest lightest'.split(' '),
);

const age = /age/iu;
const duration = /length|duration|time|second/iu;
const size = /area|population|size/iu;
const day = /date|year/iu;
const height = /height|altitude|elevation|rating|price/iu;
const weight = /weight/iu;

/** What an adjective is measured by, where the question does not say: names of columns. */
export const measures: Readonly<Record<string, RegExp>> = {
  ...{
    oldest: age,
    youngest: age,
    longest: duration,
    shortest: duration,
    heaviest: weight,
    lightest: weight,
  },
  ...{ largest: size, biggest: size, smallest: size, highest: height, lowest: height },
  ...{ latest: day, recent: day, newest: day, earliest: day },
};
