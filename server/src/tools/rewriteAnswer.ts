import { z } from 'zod';
import type { MeasuredFault, Proposal } from '@querent/core/rewriting';
import { numbers } from './arguments.ts';
import { inWords, numbersOf } from './numbers.ts';
import { block, mostCharacters, oneLine, quoted } from './wording.ts';

/** Characters of an answer that are kept for what is not a proposal. */
const reserve = 4_000;

const share = z
  .object({
    found: z.number().int(),
    total: z.number().int(),
    value: z.number(),
    low: z.number().describe('Lower end of the 95 % confidence interval.'),
    high: z.number(),
  })
  .nullable();
/** A proposal as data. */
export const proposalSchema = z.object({
  query: z.string().describe('The whole query; it can be used as it is.'),
  origin: z.enum(['method', 'model', 'combined']),
  form: z.enum(['recall', 'readable', 'precise']).nullable(),
  source: z.string().describe('Name of the method or the model.'),
  ...numbers,
  whole: z
    .object(numbers)
    .nullable()
    .describe('Where a line was named: what the whole strategy finds with the proposal in its place.'),
  seedRecall: share.describe('Recall on all seeds, with its interval.'),
  heldBackRecall: share.describe(
    'Recall on seeds that had no part in building the query: what to expect of records that are not known yet.',
  ),
  estimatedWorth: z
    .number()
    .nullable()
    .describe(
      'Without seeds: a guess at the share of what is worth finding, to compare proposals by; never a recall.',
    ),
  problems: z.array(z.string()),
  flags: z.array(z.string()).describe('What a person should look at before trusting it.'),
  reasoning: z.string(),
});

/** The best proposals that an answer has room for: a query that is cut is of no use. */
export function fit(proposals: readonly Proposal[]): readonly Proposal[] {
  const fitting: Proposal[] = [];
  let left = mostCharacters - reserve;
  for (const proposal of proposals) {
    left -= proposalText(proposal, 1).join('\n').length;
    if (left < 0) break;
    fitting.push(proposal);
  }
  return fitting;
}

/** A proposal as data, its texts bounded; the query is whole. */
export function proposalData(proposal: Proposal): z.infer<typeof proposalSchema> {
  const { query, origin, form, source, measurement, problems, flags, reasoning } = proposal;
  return {
    query,
    origin,
    form: form ?? null,
    source: oneLine(source, 80),
    ...numbersOf(measurement),
    whole: proposal.whole === undefined ? null : numbersOf(proposal.whole),
    seedRecall: shareOf(proposal.seedRecall),
    heldBackRecall: shareOf(proposal.heldBackRecall),
    estimatedWorth: proposal.estimatedWorth ?? null,
    problems: problems.slice(0, 10).map(({ severity, message }) => `${severity}: ${oneLine(message, 300)}`),
    flags: flags.slice(0, 10).map(({ message }) => oneLine(message, 300)),
    reasoning: oneLine(reasoning, 600),
  };
}

function shareOf(given: Proposal['seedRecall']): z.infer<typeof share> {
  if (given === undefined) return null;
  const { found, total, value, interval } = given;
  return { found, total, value, low: interval[0], high: interval[1] };
}

/** A proposal as Markdown. */
export function proposalText(proposal: Proposal, at: number): string[] {
  const { query, origin, form, source, measurement, problems, flags, reasoning, seedRecall, heldBackRecall } =
    proposal;
  const kind = [origin === 'method' ? source : `${origin} ${source}`, form]
    .filter((part) => part !== undefined)
    .join(', ');
  const interval = (share: NonNullable<Proposal['seedRecall']>): string =>
    `${share.value.toFixed(2)} (95 % interval ${share.interval[0].toFixed(2)} to ${share.interval[1].toFixed(2)})`;
  return [
    `## Proposal ${at}: ${inWords(measurement)}`,
    '',
    block(query),
    '',
    `From ${oneLine(kind, 120)}.${reasoning === '' ? '' : ` ${quoted(reasoning, 600)}`}`,
    ...(proposal.whole === undefined ? [] : [`- the whole strategy with it: ${inWords(proposal.whole)}`]),
    ...(seedRecall === undefined ? [] : [`- recall on the seeds: ${interval(seedRecall)}`]),
    ...(heldBackRecall === undefined ? [] : [`- recall on seeds held back: ${interval(heldBackRecall)}`]),
    ...flags.slice(0, 10).map(({ message }) => `- look at this: ${oneLine(message, 300)}`),
    ...problems.slice(0, 10).map(({ severity, message }) => `- ${severity}: ${oneLine(message, 300)}`),
    '',
  ];
}

/** What is wrong with the query that is there, on a line. */
export function faultText({ text, message }: MeasuredFault): string {
  return `${oneLine(message, 300)}${text === undefined ? '' : ` (${quoted(text, 120)})`}`;
}

/** Why there is no proposal. */
export function nothingBetter(rejected: readonly { readonly reason: string }[], leftOut: number): string {
  if (leftOut > 0) return 'The proposals are too long for an answer.';
  const why = [...new Set(rejected.map(({ reason }) => reason))].slice(0, 3).join(' ');
  return `No proposal is better than what is there.${why === '' ? '' : ` ${why}`}`;
}

/** Rewriters that could not be asked at all: a model that is missing is told, not passed over. */
export function failures(
  rejected: readonly { readonly source: string; readonly text: string; readonly reason: string }[],
): string[] {
  return rejected
    .filter(({ text }) => text === '')
    .slice(0, 3)
    .map(({ source, reason }) => `${oneLine(source, 80)} gave nothing: ${oneLine(reason, 400)}`);
}
