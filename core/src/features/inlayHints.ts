import type { StrategyDocument } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';
import { ageOf } from './age.ts';
import { physicalEnd } from './locate.ts';
import { describeMeasurement } from './measurementMarkdown.ts';
import type { Measurements, MeasurementView } from './measurementView.ts';
import { records, seedShare } from './wording.ts';

/** A text shown at the end of a line. */
export interface LineHint {
  /** Label of the line. */
  readonly label: string;
  /** Where the hint stands: the end of the physical line that the query ends on. */
  readonly offset: number;
  /** Without padding: ask the editor for a space in front of it. */
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
}

/**
 * Hints for the lines that end within `range` (all by default): records and seeds, `…` while searching, a warning sign when
 * the search failed, and the age of live numbers that are not of today. Nothing for lines without a query, and nothing where no database is named.
 * @param now milliseconds since 1970
 */
export function inlayHints(
  document: StrategyDocument,
  measurements: Measurements,
  range?: Range,
  now = Date.now(),
): LineHint[] {
  const hints: LineHint[] = [];
  for (const line of document.lines) {
    if (range && (line.range.end < range.start || line.range.start > range.end)) continue;
    if (line.queryRange.end === line.queryRange.start) continue;
    const view = measurements.line(line.label);
    const text = hintText(view, now);
    if (text === undefined) continue;
    const offset = physicalEnd(document.text, line.range.end);
    hints.push({ label: line.label, offset, text, tooltip: describeMeasurement(view, [], now).join('\n\n') });
  }
  return hints;
}

function hintText(view: MeasurementView, now: number): string | undefined {
  switch (view.kind) {
    case 'pending':
      return view.count === undefined ? '…' : `${records(view.count)} · …`;
    case 'error':
      return '⚠ not measured';
    case 'none':
    case 'unasked':
      return undefined;
    case 'done': {
      const { count, provenance } = view.measurement;
      const seeds = seedShare(view.measurement);
      const age = ageOf(provenance, now);
      return [
        records(count),
        ...(seeds ? [`${seeds.found}/${seeds.total} seeds`] : []),
        ...(age === undefined ? [] : [age]),
      ].join(' · ');
    }
  }
}
