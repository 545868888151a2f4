import { fix } from '../text/index.ts';
import { isOrdered } from './areas.ts';
import type { Area } from './areas.ts';
import type { Findings } from './findings.ts';
import type { SourceNode } from './tree.ts';

const DATE = /^(?:(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?|(\d{1,2})\/(?:(\d{1,2})\/)?(\d{4}))$/;
const AGE = /^(\d+(?:\.\d+)?)\s*(years?|months?|weeks?|days?|hours?|minutes?)?$/i;
const DAYS: Readonly<Record<string, number>> = {
  year: 365,
  month: 30,
  week: 7,
  day: 1,
  hour: 1 / 24,
  minute: 1 / 1440,
};

/** A range: two ends, fit for the field, the smaller one first. */
export function checkRange(
  node: SourceNode,
  area: Area | undefined,
  inArea: boolean,
  findings: Findings,
): void {
  const [from, to, more] = node.parameters;
  if (node.parameters.length === 0) return;
  if (from === undefined || to === undefined || more !== undefined) {
    findings.add(
      'trials-parameter',
      node.range,
      'A range has two ends: RANGE[2015-01-01, MAX]. MIN and MAX leave an end open.',
    );
    return;
  }
  if (!inArea) {
    findings.add(
      'trials-range',
      node.range,
      'A range stands behind a field with ordered values: AREA[StartDate]RANGE[2015-01-01, MAX].',
    );
    return;
  }
  if (area === undefined) return;
  if (!isOrdered(area)) {
    findings.add(
      'trials-range',
      node.range,
      `${area.name} has no ordered values, so a range finds nothing. Use a date, an age or a number.`,
    );
    return;
  }
  const low = end(from, area.type);
  const high = end(to, area.type);
  for (const [text, value] of [
    [from, low],
    [to, high],
  ] as const) {
    if (value !== undefined) continue;
    findings.add(
      'trials-parameter',
      node.parameterRange,
      `"${text}" is no ${KINDS[area.type] ?? 'number'}. ${EXAMPLES[area.type] ?? ''}`,
    );
  }
  if (low === undefined || high === undefined || low <= high) return;
  const { start, end: stop } = node.parameterRange;
  findings.add(
    'trials-range',
    node.range,
    `This range ends before it begins: ${from} is greater than ${to}.`,
    [fix('Swap the ends', true, [start, stop, `${to}, ${from}`])],
  );
}

const KINDS: Readonly<Record<string, string>> = { date: 'date', age: 'age' };
const EXAMPLES: Readonly<Record<string, string>> = {
  date: 'Write 2015-01-31, 2015-01, 2015 or 01/31/2015, or MIN or MAX.',
  age: 'Write a number with its unit, 18 years, or MIN or MAX.',
  number: 'Write digits, or MIN or MAX.',
};

/** A value that can be compared; undefined when the text is no value of the type. */
function end(text: string, type: Area['type']): number | undefined {
  if (text.toUpperCase() === 'MIN') return -Infinity;
  if (text.toUpperCase() === 'MAX') return Infinity;
  if (type === 'number') return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
  if (type === 'age') {
    const found = AGE.exec(text);
    if (found === null) return undefined;
    return Number(found[1]) * (DAYS[(found[2] ?? 'years').toLowerCase().replace(/s$/, '')] ?? 1);
  }
  const date = DATE.exec(text);
  if (date === null) return undefined;
  const month = Number(date[2] ?? date[4] ?? 1);
  const day = Number(date[3] ?? date[5] ?? 1);
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return Number(date[1] ?? date[6]) * 10_000 + month * 100 + day;
}

/** Latitude, longitude and radius of a distance. */
export function checkDistance(node: SourceNode, area: Area | undefined, findings: Findings): void {
  if (node.parameters.length === 0) return;
  if (area !== undefined && area.type !== 'point') {
    findings.add(
      'trials-range',
      node.range,
      `DISTANCE works with AREA[LocationGeoPoint] only, not with ${area.name}.`,
    );
    return;
  }
  const [latitude = '', longitude = '', radius = ''] = node.parameters;
  const number = /^-?\d+(?:\.\d+)?$/;
  const distance = /^(\d+(?:\.\d+)?)\s*(mi|km)$/.exec(radius);
  const kilometres = distance === null ? undefined : Number(distance[1]) * (distance[2] === 'mi' ? 1.609 : 1);
  const fits = kilometres !== undefined && kilometres >= 1 && kilometres <= 805;
  if (node.parameters.length === 3 && isWithin(latitude, 90) && isWithin(longitude, 180) && fits) return;
  findings.add(
    'trials-parameter',
    node.parameterRange,
    'A distance is latitude, longitude and a radius of 1 to 500 miles or 1 to 805 km: DISTANCE[39.0, -77.1, 25mi].',
  );
  function isWithin(text: string, limit: number): boolean {
    return number.test(text) && Math.abs(Number(text)) <= limit;
  }
}
