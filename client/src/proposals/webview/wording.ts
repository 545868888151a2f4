/** What the panel says of numbers and proposals. Pure text, so that it can be tested without a page. */
import type { RewriteItem, RewriteResult, WireMeasurement, WireShare } from '@querent/server/protocol';

const formNames: Readonly<Record<string, string>> = {
  recall: 'misses least',
  readable: 'few clauses',
  precise: 'few records',
};

/** The numbers that count: of the whole strategy where a block is rewritten. */
export function measured(item: RewriteItem): WireMeasurement {
  return item.whole ?? item.measurement;
}

/** The same of the query that is there. */
export function measuredNow(result: RewriteResult): WireMeasurement | undefined {
  return result.originalWhole ?? result.original;
}

/** Found and all seeds; undefined without seeds. */
export function seedsOf(measurement: WireMeasurement): { found: number; total: number } | undefined {
  const total = measurement.found.length + measurement.missed.length;
  return total === 0 ? undefined : { found: measurement.found.length, total };
}

/** `38–96 %` */
export function intervalText({ interval: [low, high] }: Pick<WireShare, 'interval'>): string {
  return `${Math.round(low * 100)}–${Math.round(high * 100)} %`;
}

/** `4 of 5, 38–96 %`: a share of few things is never said without what it may be in truth. */
export function shareText(share: WireShare): string {
  return `${share.found} of ${share.total}, ${intervalText(share)}`;
}

/** `90 %` */
export const percent = (value: number): string => `${Math.round(value * 100)} %`;

/** `1,204`, in the reader's own number format. */
export const number = (value: number): string => value.toLocaleString();

/** `1,204 records` */
export const records = (count: number): string => `${number(count)} ${count === 1 ? 'record' : 'records'}`;

/** `2 terms`, `1 term` */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;

export function nnr(value: number): string {
  return value < 10 ? value.toFixed(1) : number(Math.round(value));
}

/** Who made it, in a few words. */
export function makerText({ origin, source }: Pick<RewriteItem, 'origin' | 'source'>): string {
  if (origin === 'model') return `Model ${source}`;
  return origin === 'combined' ? 'Combination' : 'Built-in method';
}

/** What it is for, or how the method came to it; undefined where the maker says all. */
export function formText({ form, origin, source }: RewriteItem): string | undefined {
  if (form !== undefined) return formNames[form] ?? form;
  return origin === 'method' ? source : undefined;
}

/** Where it came from, in sentences. */
export function originText(item: RewriteItem): string {
  const parts = item.parents.length > 0 ? `Put together from blocks of ${listed(item.parents)}.` : undefined;
  const maker =
    item.origin === 'model'
      ? `Written by the language model ${item.source}.`
      : item.origin === 'combined'
        ? (parts ?? `Put together from several proposals (${item.source}).`)
        : `Made by the built-in method ${item.source}, without a language model.`;
  const round =
    item.round > 0 ? ` Made in round ${item.round + 1}, from what was measured to be wrong before.` : '';
  const seeds = item.usedSeeds
    ? item.heldBackRecall === undefined
      ? ' Seeds helped to build it, so its recall on them says little; none could be held back to tell more.'
      : ' Seeds helped to build it: “held back” is its recall on those that did not.'
    : '';
  return maker + (item.origin === 'combined' ? '' : parts ? ` ${parts}` : '') + round + seeds;
}

/** `a, b and c` */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `citation file citations.jsonl, 320 records, 29/11/2026, 17:52`: where and when. */
export function provenance({ provenance: { label, at } }: WireMeasurement): string {
  const when = new Date(at).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });
  return `${label}, ${when}`;
}

/** What the order of the proposals goes by. */
export function preferenceText({ recallFloor, budget }: RewriteResult['preference']): string {
  const most = `at most ${records(budget)}`;
  return recallFloor === undefined || recallFloor === 0
    ? `Wanted: ${most}.`
    : `Wanted: recall of at least ${percent(recallFloor)}, and ${most}.`;
}

/** One proposal for those who hear rather than see it. */
export function spoken(item: RewriteItem, rank: number): string {
  const measurement = measured(item);
  const seeds = seedsOf(measurement);
  return [
    `Proposal ${rank}`,
    makerText(item),
    formText(item),
    seeds && `${seeds.found} of ${seeds.total} seeds`,
    records(measurement.count),
    item.isOnFront && 'on the front',
    item.flags.length > 0 && counted(item.flags.length, 'flag'),
  ]
    .filter((part) => typeof part === 'string')
    .join(', ');
}
