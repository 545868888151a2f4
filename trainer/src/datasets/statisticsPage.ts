import { escaped, htmlPage } from '../htmlPage.ts';
import type { Bin } from './distribution.ts';
import { doublingBins } from './distribution.ts';
import { labelsOf } from './labels.ts';
import type { CountedTopic, DatasetStatistics, TopicFigures } from './statistics.ts';

const style = `
:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; }
figure { display: inline-block; margin: 1rem 1rem 0 0; }
svg { color: #3b6ea5; }
svg text { fill: CanvasText; font-size: 11px; }`;

/** The statistics as one HTML page: no scripts, nothing from a network; histograms are drawn in it. */
export function statisticsPage(
  title: string,
  statistics: DatasetStatistics,
  topics: readonly CountedTopic[],
): string {
  const rows = [
    figuresRow('all', '', statistics.all),
    ...statistics.parts.flatMap(({ name, figures, sources }) => [
      figuresRow(name, '', figures),
      ...sources.map((source) => figuresRow(name, source.name, source.figures)),
    ]),
  ];
  const charts = statistics.parts.flatMap(({ name }) => {
    const own = topics.filter(({ part }) => part === name);
    const relevant = own.map(({ topic }) => labelsOf(topic).length).filter((count) => count > 0);
    const prompts = own.flatMap(({ prompt }) => (prompt === undefined ? [] : [prompt.length]));
    return [
      chart(`${name}: relevant records per topic`, doublingBins(relevant)),
      chart(`${name}: characters of the prompt`, doublingBins(prompts)),
      chart(`${name}: year of the search date`, yearBins(own)),
    ];
  });
  return htmlPage(
    title,
    style,
    `<div class="wide"><table>
<thead><tr><th>Part</th><th>Source</th><th>Topics</th><th>Relevant, median</th><th>Quartiles</th><th>Most</th><th>With one</th><th>Dates</th><th>Prompt characters, median</th><th>Not in the library</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>
${charts.join('\n')}`,
  );
}

function figuresRow(part: string, source: string, figures: TopicFigures): string {
  const { topics, relevant, withOne, dates, promptCharacters, unknown } = figures;
  const number = (x: number | undefined): string => (x === undefined ? '' : String(Math.round(10 * x) / 10));
  const cells = [
    part,
    source,
    number(topics),
    number(relevant.median),
    relevant.median === undefined
      ? ''
      : `${number(relevant.lowerQuartile)} to ${number(relevant.upperQuartile)}`,
    number(relevant.max),
    withOne === null ? '' : `${(100 * withOne).toFixed(1)} %`,
    dates.first === null ? '' : `${dates.first} to ${dates.last}`,
    number(promptCharacters.median),
    unknown === null ? '' : number(unknown.records),
  ];
  return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
}

function yearBins(topics: readonly CountedTopic[]): readonly Bin[] {
  const years = topics.flatMap(({ topic: { until } }) =>
    until === undefined ? [] : [Number(until.slice(0, 4))],
  );
  if (years.length === 0) return [];
  const first = years.reduce((a, b) => Math.min(a, b));
  const last = years.reduce((a, b) => Math.max(a, b));
  const wide = Math.ceil((last - first + 1) / 20);
  return Array.from({ length: Math.ceil((last - first + 1) / wide) }, (_, i) => {
    const from = first + i * wide;
    const to = Math.min(last, from + wide - 1);
    return { from, to, count: years.filter((year) => year >= from && year <= to).length };
  });
}

const HEIGHT = 90;
const COLUMN = 28;

function chart(title: string, bins: readonly Bin[]): string {
  if (bins.length === 0) return '';
  const most = Math.max(...bins.map(({ count }) => count));
  const columns = bins.map(({ from, to, count }, i) => {
    const height = most === 0 ? 0 : Math.round((HEIGHT * count) / most);
    const label = from === to ? String(from) : `${from}–${to}`;
    return (
      `<g><title>${label}: ${count}</title><rect x="${i * COLUMN + 2}" y="${HEIGHT + 14 - height}" width="${COLUMN - 4}" height="${height}" fill="currentColor"/>` +
      `<text x="${i * COLUMN + COLUMN / 2}" y="${HEIGHT + 10 - height}" text-anchor="middle">${count === 0 ? '' : count}</text>` +
      `<text x="${i * COLUMN + COLUMN / 2}" y="${HEIGHT + 28}" text-anchor="middle">${from}</text></g>`
    );
  });
  const width = bins.length * COLUMN;
  return `<figure><figcaption>${escaped(title)}</figcaption><svg role="img" aria-label="${escaped(title)}" width="${width}" height="${HEIGHT + 34}" viewBox="0 0 ${width} ${HEIGHT + 34}">${columns.join('')}</svg></figure>`;
}
