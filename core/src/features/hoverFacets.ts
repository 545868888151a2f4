import type { Facet, Facets } from '../search/index.ts';
import { percent, plain } from './wording.ts';
import { sparkline, yearSpans } from './yearChart.ts';

/** Columns of the little chart of years, and values of a field: a hover is cut off at a third of a page. */
const COLUMNS = 24;
const HEADINGS = 3;
const TYPES = 2;

/** What the records found are like, in two lines, since hovers are cut off: years and types, headings. None where there is nothing to tell. Markdown paragraphs. */
export function describeFacets(facets: Facets | undefined): string[] {
  if (facets === undefined || facets.count === 0) return [];
  const { counts } = facets.years;
  const [first, last] = [counts[0], counts.at(-1)];
  const above: string[] = [];
  if (first !== undefined && last !== undefined) {
    const years = first.year === last.year ? String(first.year) : `${first.year}–${last.year}`;
    const chart = sparkline(yearSpans(counts, COLUMNS).map(({ count }) => count));
    above.push(counts.length > 1 ? `${chart} ${years}` : years);
  }
  const types = names(facets.publicationTypes, facets.count, TYPES, () => false);
  if (types !== '') above.push(types);
  const lines = above.length === 0 ? [] : [above.join(' · ')];
  const headings = names(facets.headings, facets.count, HEADINGS, (facet) => facet.typical.length > 0);
  if (headings !== '') lines.push(`Typical headings: ${headings}`);
  return lines.length === 0 ? [] : [lines.join('  \n')];
}

/** The first values with their share; how many of the records have any, where that is fewer than half. */
function names(facet: Facet, count: number, most: number, isTypical: (facet: Facet) => boolean): string {
  const values = isTypical(facet) ? facet.typical : facet.values;
  if (values.length === 0) return '';
  const listed = values
    .slice(0, most)
    .map((value) => `${plain(value.name)} ${percent(value.count / facet.covered)}`)
    .join(', ');
  const some =
    facet.covered * 2 < count ? ` (${percent(facet.covered / count)} of the records have any)` : '';
  return listed + some;
}
