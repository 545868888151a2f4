import type { WireMeasurement } from '@querent/server/protocol';

/** `1,204 records`, in the reader's own number format. */
export function recordsText(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'record' : 'records'}`;
}

/** `10/12 seeds · 1,204 records · NNR 120`; parts that are not known are left out, never shown as zero. */
export function measurementText(measurement: WireMeasurement): string {
  const seeds = measurement.found.length + measurement.missed.length;
  return [
    seeds > 0 ? `${measurement.found.length}/${seeds} seeds` : undefined,
    recordsText(measurement.count),
    measurement.nnr === undefined ? undefined : `NNR ${formatNnr(measurement.nnr)}`,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** Where and when the numbers were obtained: `Measured in citation file a.jsonl, 320 records, 20/11/2026, 17:52`. */
export function provenanceText(measurement: WireMeasurement): string {
  const at = new Date(measurement.provenance.at);
  return `Measured in ${measurement.provenance.label}, ${at.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' })}`;
}

/** What is to be known of numbers of an earlier day, as lines of a message; none of numbers that hold. */
export function offlineText({ provenance }: WireMeasurement, now = Date.now()): readonly string[] {
  if (provenance.offline === undefined) return [];
  const days = Math.floor((now - Date.parse(provenance.at)) / 86_400_000);
  const age = days >= 1 ? `${days} ${days === 1 ? 'day' : 'days'} old` : 'of an earlier day';
  return [`⚠ Offline: these numbers are ${age}. ${provenance.offline}`];
}

function formatNnr(nnr: number): string {
  return nnr < 10 ? nnr.toFixed(1) : Math.round(nnr).toLocaleString();
}
