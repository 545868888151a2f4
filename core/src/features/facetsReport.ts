import type { Facet, Facets, FacetValue } from '../search/index.ts';
import { formatCount, formatTime, isLibrary, percent, plain, records } from './wording.ts';
import { bar, spanName, yearSpans } from './yearChart.ts';

/** Rows of the chart of years, and the length of its bars in characters. */
const MOST_ROWS = 40;
const BAR = 40;

/**
 * What the records that a query finds are like, as a Markdown document.
 * @param title plain text
 * @param query Markdown
 */
export function facetsReport(title: string, query: string, facets: Facets): string {
  const { count, library, provenance, warnings } = facets;
  const where = `Measured in ${plain(provenance.label)}, ${plain(formatTime(provenance.at))}.`;
  const caution = isLibrary(provenance) ? ' Counts in a library do not carry over to PubMed.' : '';
  return [
    `# ${plain(title)}`,
    query,
    `**${records(count)}** of ${formatCount(library)} (${percent(library === 0 ? 0 : count / library)}). *${where}${caution}*`,
    ...warnings.map(({ message }) => `⚠ ${plain(message)}`),
    ...(count === 0 ? [] : [...years(facets), ...fields(facets)]),
  ].join('\n\n');
}

function years({ years: { counts, undated } }: Facets): string[] {
  const spans = yearSpans(counts, MOST_ROWS);
  const most = Math.max(...spans.map(({ count }) => count));
  const name = Math.max(...spans.map((span) => spanName(span).length));
  const digits = formatCount(most).length;
  const rows = spans.map((span) =>
    `${spanName(span).padEnd(name)}  ${formatCount(span.count).padStart(digits)}  ${bar(span.count, most, BAR)}`.trimEnd(),
  );
  return [
    '## Years of publication',
    ...(rows.length > 0 ? [`\`\`\`text\n${rows.join('\n')}\n\`\`\``] : []),
    ...(undated > 0 ? [`${records(undated)} without a date.`] : []),
  ];
}

function fields(facets: Facets): string[] {
  const { headings, publicationTypes, journals, languages, count } = facets;
  const typical = headings.typical;
  return [
    ...(typical.length === 0
      ? []
      : [
          '## Typical headings',
          'More frequent here than in the library, the least likely by chance first. _Lift_ is how many times as frequent.',
          table(typical, headings.covered),
        ]),
    ...field('Frequent headings', headings, count),
    ...field('Publication types', publicationTypes, count),
    ...field('Journals', journals, count),
    ...field('Languages', languages, count),
  ];
}

function field(title: string, facet: Facet, count: number): string[] {
  const { covered, distinct, values } = facet;
  if (covered === 0) return [`## ${title}`, 'None of the records found has any.'];
  const some =
    covered === count
      ? []
      : [
          `${records(covered)} of ${formatCount(count)} ${covered === 1 ? 'has' : 'have'} any; shares are of those.`,
        ];
  const rest = distinct - values.length;
  const more = rest > 0 ? [`… and ${formatCount(rest)} more.`] : [];
  return [`## ${title}`, ...some, table(values, covered), ...more];
}

function table(values: readonly FacetValue[], covered: number): string {
  const withMajor = values.some(({ major }) => major !== undefined);
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row(['', 'Found', 'Share', ...(withMajor ? ['Major topic'] : []), 'In the library', 'Lift']),
    row(['---', '---:', '---:', ...(withMajor ? ['---:'] : []), '---:', '---:']),
    ...values.map(({ name, count, library, lift, major }) =>
      row([
        plain(name),
        formatCount(count),
        percent(count / covered),
        ...(withMajor ? [formatCount(major ?? 0)] : []),
        formatCount(library),
        lift < 10 ? lift.toFixed(1) : formatCount(lift),
      ]),
    ),
  ].join('\n');
}
