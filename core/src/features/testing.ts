import type { Measurement } from '../search/index.ts';
import { parseStrategy } from '../strategy/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';
import type { Measurements, MeasurementView } from './measurementView.ts';

/** A document written with `¦` where the cursor stands, or twice, around a selection. For tests. */
export function marked(text: string): {
  document: StrategyDocument;
  text: string;
  offset: number;
  selection: Range;
} {
  const [before = '', middle, after] = text.split('¦');
  const clean = before + (middle ?? '') + (after ?? '');
  const end = after === undefined ? before.length : before.length + (middle ?? '').length;
  return {
    document: parseStrategy(clean),
    text: clean,
    offset: before.length,
    selection: { start: before.length, end },
  };
}

/** The text with `⟦⟧` around `ranges`, which may not overlap. For tests. */
export function show(text: string, ranges: readonly Range[]): string {
  let result = '';
  let done = 0;
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    result += `${text.slice(done, start)}⟦${text.slice(start, end)}⟧`;
    done = end;
  }
  return result + text.slice(done);
}

/** A measurement in a library; for tests. */
export function measurement(
  count: number,
  found: readonly string[] = [],
  missed: readonly string[] = [],
): Measurement {
  const seeds = found.length + missed.length;
  return {
    count,
    found,
    missed,
    recall: seeds === 0 ? undefined : found.length / seeds,
    precision: seeds === 0 || count === 0 ? undefined : found.length / count,
    nnr: found.length === 0 ? undefined : count / found.length,
    warnings: [],
    provenance: {
      engine: 'library:0',
      label: 'citation library a.sqlite, 300 records',
      at: '2026-08-14T13:05:59.123Z',
    },
  };
}

/** A measurement in PubMed at noon of 2026-11-27; for tests. */
export function live(count: number, more: Partial<Measurement> = {}, offline?: string): Measurement {
  const provenance = { engine: 'pubmed', label: 'PubMed (live)', at: '2026-11-27T12:00:00Z' };
  return {
    ...measurement(count),
    provenance: offline === undefined ? provenance : { ...provenance, offline },
    ...more,
  };
}

/** Measurements that are the same whatever is asked; for tests. */
export function always(view: MeasurementView): Measurements {
  return { line: () => view, query: () => view };
}

/** A strategy with every construct that features deal with; for tests. */
export const FULL_STRATEGY = `---
title: Desmopressin for minimising transfusion
pico:
  population: adults
database: library.sqlite
until: 2016-09-30
seeds: [8466062, 1538063]
---
// population
// people who have surgery
#1 surgery[tiab] OR perioperative*[tiab] OR
   // the heading
   "Surgical Procedures, Operative"[mh:noexp]
// intervention
2. (desmopressin[tiab] OR “DDAVP”[ti]) AND "a b"[tiab:~3] NOT 2010:2015[dp] // trailing
3) #1 AND #2 OR
  (x[ab] | y & z)

#4 #3 not #9 OR "unclosed
`;
