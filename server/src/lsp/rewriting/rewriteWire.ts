import { blockChanges, proposalEdits, replaceBlock } from '@querent/core/features';
import { wilsonInterval } from '@querent/core/metrics';
import type { Proposal, Rejection, RewriteResult as CoreResult, Share } from '@querent/core/rewriting';
import type { Measurement } from '@querent/core/search';
import type { TextEdit } from '@querent/core/text';
import type { RewriteItem, RewriteItemBlock, RewriteResult, WireShare } from '../../protocol.ts';
import { lspEdits, lspRange } from '../services.ts';
import { wireMeasurement } from '../wire.ts';
import type { RewriteSubject } from './rewriteSubject.ts';

/** What is known so far: all that a rewrite gives, or its beginning. */
export type KnownResult = Partial<Omit<CoreResult, 'proposals' | 'rejected'>> & {
  readonly proposals: readonly Proposal[];
  readonly rejected: readonly Rejection[];
};

/** Proposals as they cross the wire. What accepting one does is worked out once a proposal, however often it is sent. */
export class RewriteWriter {
  readonly #subject: RewriteSubject;
  readonly #preference: RewriteResult['preference'];
  readonly #edits = new Map<string, Pick<RewriteItem, 'edits' | 'blocks'>>();

  constructor(subject: RewriteSubject) {
    this.#subject = subject;
    const { budget = 0, recallFloor } = subject.request;
    this.#preference = recallFloor === undefined ? { budget } : { budget, recallFloor };
  }

  /** As {@link write}, with everything ready before. */
  async writeAll(result: KnownResult): Promise<RewriteResult> {
    await this.prepare(result.proposals);
    return this.write(result);
  }

  /** Works out what {@link write} tells of each; others have their turn between them: taking one apart into blocks reads the strategy anew. */
  async prepare(proposals: readonly Proposal[], signal?: AbortSignal): Promise<void> {
    for (const proposal of proposals) {
      if (signal?.aborted === true || this.#edits.has(proposal.query)) continue;
      this.#accepting(proposal);
      await new Promise<void>((next) => setImmediate(next));
    }
  }

  write(result: KnownResult): RewriteResult {
    const { document, line, block, text, goal } = this.#subject;
    const { original, originalWhole, faults = [], unheldSeeds = [], proposals, rejected } = result;
    const recall = shareOf(originalWhole ?? original);
    return {
      version: document.version,
      label: line?.label ?? '1',
      query: text,
      ...(block === undefined ? {} : { range: lspRange(document, block.range) }),
      goal,
      ...(original === undefined ? {} : { original: wireMeasurement(original) }),
      ...(recall === undefined ? {} : { originalRecall: recall }),
      ...(originalWhole === undefined ? {} : { originalWhole: wireMeasurement(originalWhole) }),
      faults: [
        ...faults.map(({ message, text: part }) => (part === undefined ? message : `${part}: ${message}`)),
        ...notHeld(unheldSeeds),
      ],
      preference: this.#preference,
      proposals: proposals.map((proposal) => this.#item(proposal)),
      rejected: rejected.map((one) => ({
        origin: one.origin,
        source: one.source,
        text: one.text,
        reason: one.reason,
      })),
    };
  }

  #item(proposal: Proposal): RewriteItem {
    const { query, origin, form, source, reasoning, problems, measurement, whole } = proposal;
    const { heldBackRecall } = proposal;
    // Of a block the numbers beside it are those of the strategy with it.
    const seedRecall = whole === undefined ? proposal.seedRecall : shareOf(whole);
    return {
      query,
      origin,
      ...(form === undefined ? {} : { form }),
      source,
      reasoning,
      problems,
      measurement: wireMeasurement(measurement),
      flags: proposal.flags,
      ...(seedRecall === undefined ? {} : { seedRecall: wireShare(seedRecall) }),
      ...(heldBackRecall === undefined ? {} : { heldBackRecall: wireShare(heldBackRecall) }),
      usedSeeds: proposal.usedSeeds,
      isOnFront: proposal.isOnFront,
      terms: proposal.terms,
      clauses: proposal.clauses,
      parents: proposal.parents,
      round: proposal.round,
      ...(proposal.estimatedWorth === undefined ? {} : { estimatedWorth: proposal.estimatedWorth }),
      ...(whole === undefined ? {} : { whole: wireMeasurement(whole) }),
      ...this.#accepting(proposal),
    };
  }

  #accepting(proposal: Proposal): Pick<RewriteItem, 'edits' | 'blocks'> {
    let known = this.#edits.get(proposal.query);
    if (known === undefined) {
      const { document } = this.#subject;
      known = { edits: lspEdits(document, this.#editsOf(proposal)), blocks: this.#blocksOf(proposal) };
      this.#edits.set(proposal.query, known);
    }
    return known;
  }

  #editsOf({ query, origin, source, parents, measurement }: Proposal): readonly TextEdit[] {
    const { document, line, block } = this.#subject;
    if (block !== undefined) return replaceBlock(document.strategy, block, query);
    const { count, recall, nnr, provenance } = measurement;
    const { label: measuredIn, at } = provenance;
    const from = origin === 'combined' ? parents.join(' and ') : source;
    const accepted = { query, origin, source: from, count, recall, nnr, measuredIn, at };
    return proposalEdits(document.strategy, line?.label, accepted)?.edits ?? [];
  }

  #blocksOf({ blocks }: Proposal): readonly RewriteItemBlock[] {
    const { document, line, block } = this.#subject;
    // Of a block there is nothing to take apart, and neither is there where nothing is joined.
    if (block !== undefined || line === undefined || blocks.length < 2) return [];
    return blockChanges(document.strategy, line.label, blocks).map(
      ({ name, query, replaces, edits, problem }) => ({
        name,
        query,
        ...(replaces === undefined ? {} : { replaces }),
        edits: lspEdits(document, edits),
        ...(problem === undefined ? {} : { problem }),
      }),
    );
  }
}

/** What no query can mend. */
function notHeld(seeds: readonly string[]): readonly string[] {
  if (seeds.length === 0) return [];
  const ids = seeds.slice(0, 5).join(', ');
  const more = seeds.length > 5 ? ` and ${seeds.length - 5} more` : '';
  return [
    `${seeds.length === 1 ? 'A seed is' : `${seeds.length} seeds are`} not in the library, so no query finds ${seeds.length === 1 ? 'it' : 'them'} here: ${ids}${more}.`,
  ];
}

function wireShare({ found, total, value, interval }: Share): WireShare {
  return { found, total, value, interval };
}

function shareOf(measurement: Measurement | undefined): WireShare | undefined {
  if (measurement === undefined) return undefined;
  const found = measurement.found.length;
  const total = found + measurement.missed.length;
  return total === 0
    ? undefined
    : { found, total, value: found / total, interval: wilsonInterval(found, total) };
}
