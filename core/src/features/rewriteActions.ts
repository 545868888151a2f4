import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import type { Problem, Range } from '../text/index.ts';
import { blockAt } from './blocks/index.ts';
import type { Action } from './codeActions.ts';
import { lineAt } from './locate.ts';
import type { Measurements } from './measurementView.ts';
import { formatCount } from './wording.ts';

/** The editor's commands of the assistant; each is called with the label of a line, that of a block with an offset in it. */
export interface RewriteCommands {
  readonly rewrite: string;
  readonly rewriteBlock?: string;
  readonly catchMissedSeeds?: string;
  readonly narrow?: string;
  readonly explain?: string;
}

/**
 * What the assistant offers for the line at `range`: better queries for it and for the block at its start, what catches the seeds that it misses,
 * fewer records, an explanation. Numbers are told where they are known.
 */
export function rewriteActions(
  document: StrategyDocument,
  range: Range,
  commands: RewriteCommands,
  measurements: Measurements | undefined,
): Action[] {
  const line = lineAt(document, range.start);
  if (line === undefined || line.queryRange.end === line.queryRange.start) return [];
  const { rewrite, rewriteBlock, catchMissedSeeds, narrow, explain } = commands;
  const name = document.lines.length > 1 ? `line #${line.label}` : 'this query';
  const on = (title: string, id: string): Action => ({
    title,
    kind: 'refactor.rewrite',
    command: { id, arguments: [line.label] },
  });
  const view = measurements?.line(line.label);
  const measurement = view?.kind === 'done' ? view.measurement : undefined;
  const actions: Action[] = [on(`Rewrite ${name}…`, rewrite)];
  const block = rewriteBlock === undefined ? undefined : blockAt(document, range.start);
  if (rewriteBlock !== undefined && block?.isLine === false)
    actions.push({
      title: 'Rewrite this block…',
      kind: 'refactor.rewrite',
      command: { id: rewriteBlock, arguments: [range.start] },
    });
  const missed = measurement?.missed.length ?? 0;
  if (catchMissedSeeds !== undefined && missed > 0) actions.push(on(catchTitle(missed), catchMissedSeeds));
  if (narrow !== undefined) {
    const count = measurement === undefined ? '' : ` (${formatCount(measurement.count)} records)`;
    actions.push(on(`Make ${name} narrower…${count}`, narrow));
  }
  if (explain !== undefined) actions.push({ ...on(`Explain ${name}`, explain), kind: 'refactor.explain' });
  return actions;
}

function catchTitle(missed: number): string {
  return `Find what catches the ${missed === 1 ? 'missed seed' : `${missed} missed seeds`}…`;
}

/** What can be done about seeds that a block loses: they are looked at, or what catches them is looked for. */
export function lostSeedActions(
  line: StrategyLine,
  problem: Problem,
  {
    showRecords,
    catchMissedSeeds,
    diagnoseMissedSeeds,
  }: {
    readonly showRecords?: string;
    readonly catchMissedSeeds?: string;
    readonly diagnoseMissedSeeds?: string;
  },
): Action[] {
  const on = (title: string, id: string): Action => ({
    title,
    kind: 'quickfix',
    command: { id, arguments: [line.label] },
    problem,
  });
  return [
    ...(showRecords === undefined
      ? []
      : [on(`Show the records that line #${line.label} misses`, showRecords)]),
    ...(diagnoseMissedSeeds === undefined
      ? []
      : [on(`Tell which block loses each seed that line #${line.label} misses`, diagnoseMissedSeeds)]),
    ...(catchMissedSeeds === undefined
      ? []
      : [on(`Find what catches the seeds that line #${line.label} misses…`, catchMissedSeeds)]),
  ];
}
