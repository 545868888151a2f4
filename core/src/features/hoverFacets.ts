import type { Facet, Facets } from '../search/index.ts';
import { percent, plain } from './wording.ts';
import { sparkline, yearSpans } from './yearChart.ts';

/** Columns of the little chart of years, and values of a field: a hover is cut off at a third of a page. */
const COLUMNS = 24;
const VALUES = 3;

/** What the records found are like, in two lines: years, headings and types. None where there is nothing to tell. Markdown paragraphs. */
export function describeFacets(facets: Facets | undefined): string[] {
  if (facets === undefined || facets.count === 0) return [];
  const { counts } = facets.years;
  const [first, last] = [counts[0], counts.at(-1)];
  const lines: string[] = [];
  if (first !== undefined && last !== undefined) {
    const years = first.year === last.year ? String(first.year) : `${first.year}–${last.year}`;
    const chart = sparkline(yearSpans(counts, COLUMNS).map(({ count }) => count));
    lines.push(counts.length > 1 ? `${chart} ${years}` : years);
  }
  const headings = names(facets.headings, facets.count, (facet) => facet.typical.length > 0);
  if (headings !== '') lines.push(`Typical headings: ${headings}`);
  const types = names(facets.publicationTypes, facets.count, () => false);
  if (types !== '') lines.push(`Types: ${types}`);
  return lines.length === 0 ? [] : [lines.join('  \n')];
}

/** The first values with their share; how many of the records have any, where that is fewer than half. */
function names(facet: Facet, count: number, isTypical: (facet: Facet) => boolean): string {
  const values = isTypical(facet) ? facet.typical : facet.values;
  if (values.length === 0) return '';
  const listed = values
    .slice(0, VALUES)
    .map((value) => `${plain(value.name)} ${percent(value.count / facet.covered)}`)
    .join(', ');
  const some =
    facet.covered * 2 < count ? ` (${percent(facet.covered / count)} of the records have any)` : '';
  return listed + some;
}
