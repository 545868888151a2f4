import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';
import { ageOf } from './age.ts';
import type { MeasurementView } from './measurementView.ts';
import { formatNnr, isLibrary, records, seedShare, shorten } from './wording.ts';

/** Ids of the editor's commands; each is called with the document's address and the label of the root line. */
export interface LensCommands {
  /** Absent where proposals cannot be made. */
  readonly rewrite?: string;
  readonly showRecords: string;
  /** Opens a description of what is found; offered where a library can tell. */
  readonly describe?: string;
  /** Asks for the numbers; offered where there are none yet, or only old ones. */
  readonly measure?: string;
  /** Asks a live database for the numbers that are not there yet, with progress; instead of `measure` where it was never asked. */
  readonly measureStrategy?: string;
  /** Writes what is found into a file; offered of single lines. */
  readonly exportRecords?: string;
  /** Tells which block loses each missed seed; offered of live databases, where some are missed. */
  readonly diagnoseMissedSeeds?: string;
  /** Estimates what is missed; offered of live databases where there are no seeds to tell. */
  readonly estimateCompleteness?: string;
  /** Looks for what catches missed seeds; offered where some are missed. */
  readonly catchMissedSeeds?: string;
  /** Looks for fewer records; offered where there are more than the budget and no seed is missed. */
  readonly narrow?: string;
  /** Tells what blocks and terms contribute; offered where there are numbers. */
  readonly explain?: string;
}

/** A line of text above a line of the document. */
export interface Lens {
  readonly range: Range;
  readonly title: string;
  /** Undefined for a lens that only tells. */
  readonly command?: { readonly id: string; readonly arguments: readonly [label: string] };
}

/**
 * The lenses above the root line: the numbers of the strategy, and what can be done with it. They are few: of what the assistant can do, only
 * what the numbers call for.
 * @param budget most records that somebody wants to read
 * @param now milliseconds since 1970, for the age of live numbers
 */
export function codeLenses(
  document: StrategyDocument,
  view: MeasurementView,
  commands: LensCommands,
  budget = Infinity,
  now = Date.now(),
): Lens[] {
  const { root } = document;
  if (!root || root.queryRange.end === root.queryRange.start) return [];
  const { range } = root;
  const run = (title: string, id: string): Lens => lensFor(root, title, id);
  const lenses: Lens[] = [
    { range, title: `Strategy: ${summary(view)}` },
    ...measureLenses(root, view, commands),
  ];
  if (commands.rewrite !== undefined) lenses.push(run('Rewrite…', commands.rewrite));
  if (view.kind === 'done') {
    const { found, missed, count, provenance } = view.measurement;
    const isLive = !isLibrary(provenance);
    if (missed.length > 0 && commands.catchMissedSeeds !== undefined)
      lenses.push(
        run(`Catch ${missed.length === 1 ? 'the missed seed' : 'missed seeds'}…`, commands.catchMissedSeeds),
      );
    else if (count > budget && commands.narrow !== undefined) lenses.push(run('Narrow…', commands.narrow));
    if (isLive && missed.length > 0 && commands.diagnoseMissedSeeds !== undefined)
      lenses.push(run(whyMissed(missed.length), commands.diagnoseMissedSeeds));
    if (isLive && found.length + missed.length === 0 && commands.estimateCompleteness !== undefined)
      lenses.push(run('Estimate what is missed', commands.estimateCompleteness));
    if (commands.explain !== undefined) lenses.push(run('Explain', commands.explain));
    lenses.push(run('Show records', commands.showRecords));
    if (commands.describe !== undefined && !isLive) lenses.push(run('Describe', commands.describe));
    // Last, since it is long and the editor may be narrow.
    const age = ageOf(provenance, now);
    const when = provenance.offline === undefined ? age : `offline, ${age ?? 'of an earlier day'}`;
    lenses.push({
      range,
      title: `Measured in ${provenance.label}${when === undefined ? '' : ` · ${when}`}`,
    });
  }
  return lenses;
}

/**
 * What can be done about single lines that are measured, above each but the root: their records, what loses their seeds, a file of them; and
 * asking again where that failed. The numbers stand at the end of the line.
 * @param lineView how it stands with the line of a label
 */
export function lineLenses(
  document: StrategyDocument,
  lineView: (label: string) => MeasurementView,
  commands: LensCommands,
): Lens[] {
  return document.lines.flatMap((line) => {
    if (line === document.root || line.queryRange.end === line.queryRange.start) return [];
    const view = lineView(line.label);
    const run = (title: string, id: string): Lens => lensFor(line, title, id);
    // That nothing is measured is told once, with the strategy.
    const again = view.kind === 'unasked' ? [] : measureLenses(line, view, commands);
    if (view.kind !== 'done') return again;
    const { missed, count } = view.measurement;
    return [
      ...again,
      ...(count === 0 ? [] : [run(`Show ${records(count)}`, commands.showRecords)]),
      ...(missed.length > 0 && commands.diagnoseMissedSeeds !== undefined
        ? [run(whyMissed(missed.length), commands.diagnoseMissedSeeds)]
        : []),
      ...(count > 0 && commands.exportRecords !== undefined ? [run('Export…', commands.exportRecords)] : []),
    ];
  });
}

function lensFor({ range, label }: StrategyLine, title: string, id: string): Lens {
  return { range, title, command: { id, arguments: [label] } };
}

function whyMissed(seeds: number): string {
  return seeds === 1 ? 'Why a seed is missed' : `Why ${seeds} seeds are missed`;
}

/** Asking where there is no number, or only one of an earlier day. */
function measureLenses(line: StrategyLine, view: MeasurementView, commands: LensCommands): Lens[] {
  const { measure } = commands;
  switch (view.kind) {
    case 'unasked': {
      const id = commands.measureStrategy ?? measure;
      return id === undefined ? [] : [lensFor(line, 'Measure', id)];
    }
    case 'error':
      return measure === undefined ? [] : [lensFor(line, 'Try again', measure)];
    case 'done':
      return measure === undefined || view.measurement.provenance.offline === undefined
        ? []
        : [lensFor(line, 'Measure again', measure)];
    default:
      return [];
  }
}

/** Longest reason in a lens, in characters: the lenses to its right must stay in sight. Hovers and problems tell it in full. */
const MAXIMUM_REASON = 90;

/** The first sentence of a message, without what stands in parentheses where it is still too long. */
function short(message: string): string {
  const sentence = (/^.*?[.!?](?=\s+[A-Z]|$)/s.exec(message)?.[0] ?? message).replace(/\s+/g, ' ');
  const plain = sentence.length > MAXIMUM_REASON ? sentence.replace(/\s*\([^()]*\)/g, '').trim() : sentence;
  return shorten(plain, MAXIMUM_REASON);
}

function summary(view: MeasurementView): string {
  switch (view.kind) {
    case 'pending':
      return view.count === undefined ? 'searching…' : `${records(view.count)} · looking for seeds…`;
    case 'unasked':
      return 'not measured yet';
    case 'none':
      return 'not measured, no database is named';
    case 'error':
      return `not measured: ${short(view.message)}`;
    case 'done': {
      const { measurement } = view;
      const seeds = seedShare(measurement);
      const parts = [records(measurement.count)];
      if (seeds) parts.push(`${seeds.found} of ${seeds.total} seeds`);
      if (measurement.nnr !== undefined) parts.push(`NNR ${formatNnr(measurement.nnr)}`);
      return parts.join(' · ');
    }
  }
}
