import { z } from 'zod';
import { QueryTooLongError } from '@querent/core/pubmed';
import { wholeWithLine } from '@querent/core/features';
import { lintQuery } from '@querent/core/lint';
import { deterministicRewriter, proposeRewrites } from '@querent/core/rewriting';
import type { RewriteRequest } from '@querent/core/rewriting';
import { isUnresolvable, printResolved, resolveLine, resolveStrategy } from '@querent/core/strategy';
import {
  lineArgument,
  measuredIn,
  measuringArguments,
  notes,
  numbers,
  strategyArguments,
} from './arguments.ts';
import { defineTool } from './defineTool.ts';
import { engineFor, seedsFor, untilOf } from './database.ts';
import { inWords, numbersOf, whereAndWhen } from './numbers.ts';
import { onlyPubMed, queryOf, sourceOf } from './source.ts';
import type { Source } from './source.ts';
import { ToolError } from './tool.ts';
import { oneLine } from './wording.ts';
import {
  failures,
  faultText,
  fit,
  nothingBetter,
  proposalData,
  proposalSchema,
  proposalText,
} from './rewriteAnswer.ts';

/** Longest query that is given to the rewriters, references written out. */
const longestQuery = 100_000;
const mostRejected = 10;
const mostFaults = 12;

const picoText = (what: string) => z.string().max(2_000).optional().describe(what);
/** Better queries, measured. */
export const rewrite = defineTool({
  name: 'querent_rewrite',
  title: 'Propose better search queries',
  referenceName: 'querentRewrite',
  icon: '$(wand)',
  userDescription:
    'Proposes better search queries from a strategy, a title or a PICO, each with measured numbers.',
  description:
    'Proposes PubMed queries for a systematic review, from an existing strategy, a title, a PICO or known relevant records (seeds), and measures each in a citation library (or in PubMed where that is allowed): ' +
    'records found, recall on the seeds, number needed to read, and what a person should check. Best first; a query that is no better than the one that is there is not shown. Goals: "improve" (default), ' +
    '"catch-missed" (keep the query and find what the missed seeds need), "narrow" (fewer records at the least loss). Takes seconds, longer with a language model. ' +
    'Proposals are only returned: nothing is written into any file; show them to the person with their numbers. Recall is unknown without seeds.',
  asksDatabase: true,
  input: z.strictObject({
    ...strategyArguments,
    line: lineArgument,
    title: z
      .string()
      .max(2_000)
      .optional()
      .describe("Title or question of the review, instead of the strategy's own."),
    pico: z
      .strictObject({
        population: picoText('Who.'),
        intervention: picoText('What is done, or the exposure or test.'),
        comparison: picoText('Against what.'),
        outcome: picoText('What is looked at.'),
      })
      .optional()
      .describe("The parts of the question, instead of the strategy's own."),
    ...measuringArguments,
    goal: z
      .enum(['improve', 'catch-missed', 'narrow'])
      .optional()
      .describe('"improve" unless told otherwise.'),
    budget: z.int().min(1).max(10_000_000).optional().describe('Most records that a proposal should find.'),
    recallFloor: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Least share of the seeds that is wanted, 0..1.'),
    form: z
      .enum(['recall', 'readable', 'precise'])
      .optional()
      .describe('Only this kind: misses least, has few clauses, or finds few records.'),
    limit: z.int().min(1).max(10).optional().describe('Most proposals; 3 unless told otherwise.'),
  }),
  output: z.object({
    originalWhole: z
      .object(numbers)
      .nullable()
      .describe('Where a line was named: what the whole strategy finds as it is.'),
    original: z.object(numbers).nullable().describe('What the query that is there finds; null without one.'),
    faults: z.array(z.string()).describe('What the query that is there was measured to do wrong.'),
    proposals: z.array(proposalSchema),
    leftOut: z.number().int().describe('Proposals that did not fit into the answer.'),
    rejected: z
      .array(z.object({ source: z.string(), reason: z.string() }))
      .describe('Drafts that were not good enough.'),
    seedsTotal: z.number().int(),
    measured: measuredIn,
    notes,
  }),
  async run(input, context, signal) {
    const source = await sourceOf(input, context);
    if (source !== undefined) onlyPubMed(source, 'rewritten');
    const topic = topicOf(input, source);
    const seeds = await seedsFor(input, source, context);
    if (
      topic.title === undefined &&
      topic.pico === undefined &&
      topic.query === undefined &&
      seeds.ids.length === 0
    )
      throw new ToolError('There is nothing to start from: give a strategy, a title, a pico or seeds.');
    const chosen = await engineFor(input, source, context);
    const { engine, isLive } = chosen;
    signal.throwIfAborted();
    const until = untilOf(input, source);
    const budget = input.budget ?? context.budget;
    const recallFloor = input.recallFloor ?? context.recallFloor;
    const whole =
      source === undefined || input.line === undefined
        ? undefined
        : wholeWithLine(source.document, input.line);
    const request: RewriteRequest = {
      ...(whole === undefined ? {} : { isBlock: true as const }),
      ...topic,
      seeds: seeds.ids,
      budget,
      ...(until === undefined ? {} : { until }),
      ...(input.form === undefined ? {} : { forms: [input.form] }),
      ...(input.goal === undefined ? {} : { goal: input.goal }),
      ...(recallFloor > 0 ? { recallFloor } : {}),
    };
    const thesaurus = await context.thesaurus(engine);
    const rewriters = [deterministicRewriter(thesaurus), ...(await context.models())];
    const result = await proposeRewrites(request, engine, rewriters, {
      signal,
      limit: input.limit ?? 3,
      rounds: context.rounds,
      ...(whole === undefined ? {} : { whole }),
      thesaurus,
      lint: (parsed) => lintQuery(parsed, { levels: context.levels, thesaurus }),
      onProgress: (message) => context.onProgress?.(message),
    });
    const { original, originalWhole, rejected, faults, unheldSeeds } = result;
    const fitting = fit(result.proposals);
    const at =
      result.proposals[0]?.measurement.provenance.at ?? original?.provenance.at ?? new Date().toISOString();
    const said = [...(source?.notes ?? []), ...chosen.notes, ...seeds.notes];
    if (topic.tooLong !== undefined) said.push(topic.tooLong);
    if (unheldSeeds.length > 0)
      said.push(
        `${unheldSeeds.length} of ${seeds.ids.length} seeds are not in the database, so no query finds them here: ${unheldSeeds.slice(0, 20).join(', ')}${unheldSeeds.length > 20 ? ' and more' : ''}.`,
      );
    const data = {
      original: original === undefined ? null : numbersOf(original),
      originalWhole: originalWhole === undefined ? null : numbersOf(originalWhole),
      faults: faults.slice(0, mostFaults).map(faultText),
      proposals: fitting.map(proposalData),
      leftOut: result.proposals.length - fitting.length,
      rejected: rejected
        .slice(0, mostRejected)
        .map(({ source: from, reason }) => ({ source: oneLine(from, 80), reason: oneLine(reason, 300) })),
      seedsTotal: seeds.ids.length,
      measured: { engine: engine.label, at, until: until ?? null },
      notes: said,
    };
    const text = [
      ...(original === undefined ? [] : [`The query that is there finds **${inWords(original)}**.`, '']),
      ...(originalWhole === undefined ? [] : [`The whole strategy finds ${inWords(originalWhole)}.`, '']),
      ...(data.faults.length === 0 ? [] : [...data.faults.map((fault) => `- ${fault}`), '']),
      ...(fitting.length === 0 ? [nothingBetter(data.rejected, data.leftOut)] : []),
      ...fitting.flatMap((proposal, index) => proposalText(proposal, index + 1)),
      ...(data.leftOut > 0
        ? [`${data.leftOut} more did not fit into the answer; ask for one "form" at a time.`]
        : []),
      ...failures(rejected),
      ...(seeds.ids.length === 0 ? ['No seeds were given, so nothing is known of recall.'] : []),
      ...said,
      `${whereAndWhen({ label: engine.label, at }, until, isLive)} Nothing was changed: a person decides which proposal is used.`,
    ].join('\n');
    return { data, text };
  },
});

interface TopicArguments {
  readonly title?: string | undefined;
  readonly pico?: RewriteRequest['pico'];
  readonly line?: string | undefined;
}

/** Title, PICO and the query that is there; a query that is endless when written out is left aside, with a note. */
function topicOf(
  { title: given, pico: parts, line }: TopicArguments,
  source: Source | undefined,
): Pick<RewriteRequest, 'title' | 'pico' | 'query'> & { readonly tooLong?: string } {
  const { frontMatter } = source?.document ?? {};
  const title = given?.trim() === '' ? undefined : (given ?? frontMatter?.title);
  const isEmpty =
    parts === undefined ||
    Object.values(parts).every((part) => typeof part !== 'string' || part.trim() === '');
  const pico = isEmpty ? frontMatter?.pico : parts;
  const topic = { ...(title === undefined ? {} : { title }), ...(pico === undefined ? {} : { pico }) };
  if (source === undefined || source.document.lines.length === 0) {
    if (line !== undefined)
      throw new ToolError('line: there is no strategy that has lines. Give "strategy" or "file".');
    return topic;
  }
  if (line !== undefined) queryOf(source, line);
  const resolved =
    line === undefined
      ? resolveStrategy(source.document)
      : resolveLine(source.document, line.trim().replace(/^#/, ''));
  if (isUnresolvable(resolved)) {
    if (title !== undefined || pico !== undefined)
      return { ...topic, tooLong: `The query was left aside: ${resolved.problem}` };
    throw new ToolError(`strategy: ${resolved.problem} querent_check tells more.`);
  }
  try {
    return { ...topic, query: printResolved(resolved, { maxLength: longestQuery }) };
  } catch (error) {
    if (!(error instanceof QueryTooLongError)) throw error;
    if (title === undefined && pico === undefined) throw new ToolError(`strategy: ${error.message}`);
    return { ...topic, tooLong: `The query was left aside. ${error.message}` };
  }
}
