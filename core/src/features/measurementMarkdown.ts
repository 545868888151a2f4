import type { Measurement } from '../search/index.ts';
import type { MeasurementView } from './measurementView.ts';
import { ageOf } from './age.ts';
import { formatNnr, formatTime, idList, isLibrary, percent, plain, records, seedShare } from './wording.ts';

/**
 * How the numbers of a query stand, as Markdown paragraphs: honest about what is not known.
 * @param more what else was found out in the same place, told before it is named
 * @param now milliseconds since 1970, for the age of live numbers
 */
export function describeMeasurement(
  view: MeasurementView,
  more: readonly string[] = [],
  now = Date.now(),
): string[] {
  switch (view.kind) {
    case 'pending':
      return [
        view.count === undefined ? 'Searching…' : `**${records(view.count)}** · seeds are being looked for…`,
      ];
    case 'unasked':
      return [
        'Not measured yet: a live database is asked only when you say so (command **Querent: Measure Strategy**).',
      ];
    case 'none':
      return [`Not measured: ${plain(view.message)}`];
    case 'error':
      return [`⚠ **Not measured:** ${plain(view.message)}`];
    case 'done':
      return measured(view.measurement, more, now);
  }
}

function measured(measurement: Measurement, more: readonly string[], now: number): string[] {
  const parts = [`**${records(measurement.count)}**`];
  const seeds = seedShare(measurement);
  if (seeds) {
    const numbers = [`**${seeds.found} of ${seeds.total} seeds**`];
    if (measurement.recall !== undefined) numbers.push(`recall ${percent(measurement.recall)}`);
    if (measurement.precision !== undefined)
      numbers.push(`precision at least ${percent(measurement.precision)}`);
    if (measurement.nnr !== undefined) numbers.push(`number needed to read ${formatNnr(measurement.nnr)}`);
    parts[0] += ` · ${numbers.join(' · ')}`;
    const lists: string[] = [];
    if (measurement.missed.length > 0) lists.push(`Missed: ${idList(measurement.missed)}`);
    if (measurement.found.length > 0) lists.push(`Found: ${idList(measurement.found)}`);
    parts.push(lists.join('  \n'));
  }
  if (measurement.warnings.length > 0)
    parts.push(measurement.warnings.map(({ message }) => `- ⚠ ${plain(message)}`).join('\n'));
  parts.push(...more);
  const { label, at, offline } = measurement.provenance;
  const age = ageOf(measurement.provenance, now);
  if (offline !== undefined)
    parts.push(`⚠ **Offline:** these numbers are ${age ?? 'of an earlier day'}. ${plain(offline)}`);
  let where = `Measured in ${plain(label)}, ${plain(formatTime(at))}${age === undefined ? '' : ` (${age})`}.`;
  if (isLibrary(measurement.provenance)) where += ' Counts in a library do not carry over to PubMed.';
  parts.push(`*${where}*`);
  return parts;
}
