import type { StrategyDocument } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';
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
 * the search failed. Nothing for lines without a query, and nothing where no database is named.
 */
export function inlayHints(
  document: StrategyDocument,
  measurements: Measurements,
  range?: Range,
): LineHint[] {
  const hints: LineHint[] = [];
  for (const line of document.lines) {
    if (range && (line.range.end < range.start || line.range.start > range.end)) continue;
    if (line.queryRange.end === line.queryRange.start) continue;
    const view = measurements.line(line.label);
    const text = hintText(view);
    if (text === undefined) continue;
    const offset = physicalEnd(document.text, line.range.end);
    hints.push({ label: line.label, offset, text, tooltip: describeMeasurement(view).join('\n\n') });
  }
  return hints;
}

function hintText(view: MeasurementView): string | undefined {
  switch (view.kind) {
    case 'pending':
      return '…';
    case 'error':
      return '⚠ not measured';
    case 'none':
    case 'unasked':
      return undefined;
    case 'done': {
      const seeds = seedShare(view.measurement);
      return `${records(view.measurement.count)}${seeds ? ` · ${seeds.found}/${seeds.total} seeds` : ''}`;
    }
  }
}
