import type { GateRecord } from '@querent/core/channel';
import { mean } from '@querent/core/metrics';
import { compareSystems } from '../evaluation/figures/compare.ts';
import type { ComparedSystem } from '../evaluation/figures/compare.ts';
import { gateFigureTitles } from './heldOut.ts';
import type { GateFigure, HeldOut } from './heldOut.ts';

/** How strict a gate is. */
export interface GateSettings {
  /** On which a release must be better. */
  readonly figure: GateFigure;
  /** On which it must not be significantly worse. */
  readonly second: GateFigure | null;
  /** A one-sided p value below this counts. */
  readonly significance: number;
  /** The mean difference must be significantly above this. */
  readonly minimumGain: number;
  /** Fewest held-out topics, near-duplicates counted as one. */
  readonly minimumTopics: number;
}

export const defaultGate: GateSettings = {
  figure: 'recallWithinBudget',
  second: 'f3',
  significance: 0.05,
  minimumGain: 0,
  minimumTopics: 10,
};

/**
 * The gate of a plan. Its `recall` is that within the budget: what finds more records than a team is ready to screen has found nothing for them.
 */
export function gateOf({
  figure,
  ...settings
}: Pick<GateSettings, 'significance' | 'minimumGain' | 'minimumTopics'> & {
  readonly figure: 'recall' | 'f3' | 'reward';
}): GateSettings {
  return {
    ...settings,
    figure: figure === 'recall' ? 'recallWithinBudget' : figure,
    // What it is judged by first is not judged a second time.
    second: figure === 'f3' ? 'recallWithinBudget' : 'f3',
  };
}

/** Two systems on one figure. */
interface GateComparison {
  readonly figure: GateFigure;
  /** Mean over topics. */
  readonly candidate: number;
  readonly other: number;
  /** Mean of candidate - other. */
  readonly difference: number;
  /** 95 %, over groups of near-duplicates. */
  readonly interval: readonly [number, number] | null;
  /** One-sided: how likely so large a difference is when the candidate is not better (by more than the minimum gain). */
  readonly p: number;
  /** One-sided the other way: when it is not worse. */
  readonly pWorse: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

/** What a gate decided. */
export interface GateResult {
  readonly decision: 'passed' | 'first' | 'refused';
  /** Why, for people: what was compared, with the numbers and, when refused, the way out. */
  readonly reason: string;
  /** What it was held against; null where there was nothing. */
  readonly against: string | null;
  /** Held-out topics; 0 where none were compared. */
  readonly topics: number;
  readonly first: GateComparison | null;
  readonly second: GateComparison | null;
}

/** What a candidate is held against. */
export interface Opponent {
  /** `version 1.1.0`, `zero-shot`. */
  readonly name: string;
  /** Undefined where its evaluation is not known. */
  readonly heldOut: HeldOut | undefined;
  /** Whether it is a baseline, since there is no release yet. */
  readonly isBaseline: boolean;
}

/** Ids of held-out topics that were trained on; undefined where it is not known what was trained on. */
export type TrainedOn = { readonly leaking: readonly string[]; readonly example: string } | undefined;

/**
 * Decides whether a release may be published: on the same held-out topics, none of which it was trained on, its figure must be better than that of the opponent by a
 * paired randomisation test, one-sided, and the second figure must not be worse by the same test.
 */
export function decide(
  candidate: HeldOut | undefined,
  opponent: Opponent | undefined,
  trainedOn: TrainedOn,
  settings: GateSettings,
): GateResult {
  const refused = (reason: string, topics = 0): GateResult => ({
    ...{ decision: 'refused', reason, against: opponent?.name ?? null, topics, first: null, second: null },
  });
  if (candidate === undefined)
    return refused(
      'There is no evaluation of the release on held-out topics. Run querent-trainer evaluate on them with --out, and name its folder with --evaluation.',
    );
  if (trainedOn === undefined)
    return refused(
      'What the model was trained on is not known, so it cannot be told whether the topics are held out. Name the run folder, or the data with --trained-on (none for a model that was not trained).',
    );
  if (trainedOn.leaking.length > 0)
    return refused(
      `${count(trainedOn.leaking.length, 'held-out topic')} of ${candidate.rows.length} were trained on: ${some(trainedOn.leaking)} (${trainedOn.example}). Build the data again without them (data.heldOut of the plan).`,
    );
  const groups = new Set(candidate.rows.map(({ group }) => group)).size;
  if (groups < settings.minimumTopics)
    return refused(
      `There are ${count(groups, 'held-out topic')} (near-duplicates counted as one), and the gate needs at least ${settings.minimumTopics}: with fewer, chance decides. Evaluate on more topics.`,
      groups,
    );
  if (opponent === undefined)
    return {
      decision: 'first',
      reason: 'There was no release before and no baseline in the evaluation.',
      ...{ against: null, topics: groups, first: null, second: null },
    };
  const { name, heldOut, isBaseline } = opponent;
  if (heldOut === undefined)
    return refused(
      `There is no evaluation of ${name} in the channel, so it cannot be told whether this release is better. Evaluate it on the same topics, and name that with --against.`,
      groups,
    );
  const unlike = difference(candidate, name, heldOut);
  if (unlike !== undefined) return refused(unlike, groups);
  return compared(candidate, { name, heldOut, isBaseline }, settings, groups);
}

function compared(
  candidate: HeldOut,
  { name, heldOut, isBaseline }: Opponent & { readonly heldOut: HeldOut },
  settings: GateSettings,
  topics: number,
): GateResult {
  const missing = [settings.figure, ...(settings.second === null ? [] : [settings.second])].find((figure) =>
    [candidate, heldOut].some(({ rows }) => rows.some(({ figures }) => figures[figure] === null)),
  );
  const base = { against: name, topics };
  if (missing !== undefined)
    return {
      ...base,
      ...{ decision: 'refused', first: null, second: null },
      reason: `The figure ${gateFigureTitles[missing]} is not known for every topic. Choose another figure in the plan (publish.figure), or evaluate again.`,
    };
  const first = compare(candidate, heldOut, settings.figure, settings.minimumGain);
  const second = settings.second === null ? null : compare(candidate, heldOut, settings.second, 0);
  const numbers = [first, ...(second === null ? [] : [second])].map(words).join('; ');
  const what = `On ${count(candidate.rows.length, 'held-out topic')} against ${name}: ${numbers}.`;
  const wins = first.p < settings.significance && first.difference > settings.minimumGain;
  const loses = second !== null && second.pWorse < settings.significance;
  if (wins && !loses)
    return { ...base, decision: isBaseline ? 'first' : 'passed', reason: what, first, second };
  const why = wins
    ? `It is significantly worse in ${gateFigureTitles[settings.second ?? settings.figure]}.`
    : first.difference <= 0
      ? 'It is not better.'
      : `It is not significantly better${settings.minimumGain === 0 ? '' : ` by more than ${settings.minimumGain}`} (one-sided p must be below ${settings.significance}).`;
  return {
    ...base,
    decision: 'refused',
    reason: `${why} ${what} Train on, evaluate on more topics, or publish it all the same with --force --reason TEXT; the reason is published with it.`,
    ...{ first, second },
  };
}

/** Why two evaluations cannot be compared, with the way out. */
function difference(candidate: HeldOut, name: string, heldOut: HeldOut): string | undefined {
  const again = `Evaluate both on the same topics, and name the evaluation of ${name} with --against.`;
  if (candidate.task !== heldOut.task)
    return `The evaluation is of the task ${candidate.task}, that of ${name} of ${heldOut.task}. ${again}`;
  const own = new Set(candidate.rows.map(({ id }) => id));
  const others = new Set(heldOut.rows.map(({ id }) => id));
  const only = (a: ReadonlySet<string>, b: ReadonlySet<string>): readonly string[] =>
    [...a].filter((id) => !b.has(id));
  const [more, less] = [only(own, others), only(others, own)];
  if (more.length + less.length > 0)
    return `The topics are not the same as those of ${name}: ${more.length} are only here (${some(more)}), ${less.length} only there (${some(less)}). ${again}`;
  const [a, b] = [candidate.topics.sha256, heldOut.topics.sha256];
  if (a !== null && b !== null && a !== b)
    return `The topics have the ids of those of ${name}, but their file is another (SHA-256 ${a.slice(0, 12)} here, ${b.slice(0, 12)} there). ${again}`;
  if (candidate.budget !== heldOut.budget)
    return `The budget is ${candidate.budget} records here and was ${heldOut.budget} for ${name}. ${again}`;
  if (candidate.seeds !== null && heldOut.seeds !== null && candidate.seeds !== heldOut.seeds)
    return `${candidate.seeds} relevant records were given away here and ${heldOut.seeds} for ${name}. ${again}`;
  return undefined;
}

function compare(candidate: HeldOut, other: HeldOut, figure: GateFigure, gain: number): GateComparison {
  const value = (row: HeldOut['rows'][number]): number => row.figures[figure] ?? 0;
  const system = ({ rewriter, rows }: HeldOut, less: number): ComparedSystem => ({
    name: rewriter,
    topics: rows.map((row) => ({
      id: row.id,
      group: row.group,
      figures: { plain: value(row), shifted: value(row) - less },
    })),
  });
  const [plain, shifted] = compareSystems(
    [system(candidate, gain)],
    [system(other, 0)],
    ['plain', 'shifted'],
  );
  if (plain === undefined || shifted === undefined)
    throw new RangeError('Two evaluations without a topic in common are not compared.');
  return {
    figure,
    candidate: mean(candidate.rows.map(value)) ?? 0,
    other: mean(other.rows.map(value)) ?? 0,
    difference: plain.difference,
    interval: plain.interval,
    p: oneSided(shifted.p, shifted.difference),
    pWorse: oneSided(plain.p, -plain.difference),
    wins: plain.wins,
    losses: plain.losses,
    ties: plain.ties,
  };
}

/**
 * The one-sided p value of a randomisation test. Exchanging all systems turns the sign of the sum, so its distribution is symmetric, and what lies as far on
 * one side is half of what lies as far on both.
 */
function oneSided(twoSided: number, difference: number): number {
  if (difference === 0) return 1;
  return difference > 0 ? twoSided / 2 : 1 - twoSided / 2;
}

function words({ figure, candidate, other, difference, p, wins, losses }: GateComparison): string {
  const sign = difference < 0 ? '−' : '+';
  const pText = p < 0.001 ? '< 0.001' : p.toFixed(3);
  return `${gateFigureTitles[figure]} ${candidate.toFixed(3)} against ${other.toFixed(3)} (${sign}${Math.abs(difference).toFixed(3)}, better on ${wins}, worse on ${losses}, one-sided p ${pText})`;
}

/** What a release says of its gate. @param forced the reason with which a refusal was overruled */
export function gateRecord(result: GateResult, forced: string | undefined): GateRecord {
  const numbers = {
    against: result.against,
    difference: result.first?.difference ?? null,
    pValue: result.first?.p ?? null,
  };
  if (result.decision !== 'refused')
    return { decision: result.decision, reason: short(result.reason), ...numbers };
  if (forced === undefined) throw new RangeError('A refused release has no record of a gate.');
  return { decision: 'forced', reason: short(forced), ...numbers };
}

function short(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length <= 900 ? line : `${line.slice(0, 900)}...`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function some(ids: readonly string[]): string {
  if (ids.length === 0) return 'none';
  return `${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', ...' : ''}`;
}
