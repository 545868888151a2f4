import { blockEdits } from '@querent/core/features';
import { lintQuery } from '@querent/core/lint';
import type { Rewriter, RewriteOptions } from '@querent/core/rewriting';
import type { Measurement, SearchEngine } from '@querent/core/search';
import type { StrategyMeasuring } from '../../measuring/index.ts';
import type { BlockEditsParams, BlockEditsResult, RewriteResult, Settings } from '../../protocol.ts';
import type { OpenDocument } from '../documents.ts';
import type { ModelSlot } from '../modelSlot.ts';
import { UserFacingError } from '../runSafe.ts';
import { lspEdits } from '../services.ts';
import { RewriteProgress, type RewriteWatch } from './rewriteWatch.ts';
import { subjectOf, type RewriteSubject, type RewriteWish } from './rewriteSubject.ts';
import { RewriteWriter, type KnownResult } from './rewriteWire.ts';

/** What rewriting needs of the server. */
export interface RewriteParts {
  readonly measuring: StrategyMeasuring;
  readonly model: ModelSlot;
  settings(): Settings;
}

/** Blocks of one proposal that may be taken over together. */
const mostBlocks = 200;

/**
 * Rewrites strategies, lines and blocks of documents. The deterministic rewriter always has its say; the model where one is configured,
 * trusted and alive. A missing, dead or slow model costs its own proposals and nothing else.
 */
export class RewriteService {
  readonly #parts: RewriteParts;
  /** The last result, so that a menu that asks again as it is hovered and clicked costs one rewrite. */
  #last:
    { readonly document: OpenDocument; readonly key: string; readonly result: RewriteResult } | undefined;
  /** Rises when results are forgotten: one that was under way then is not remembered either. */
  #epoch = 0;

  constructor(parts: RewriteParts) {
    this.#parts = parts;
  }

  /** Forgets the last result: what its numbers were measured in, or what it was made with, has changed. */
  forget(): void {
    this.#epoch++;
    this.#last = undefined;
  }

  /**
   * Measured proposals for what `wish` names, by default the whole strategy; never the remembered ones.
   * @throws UserFacingError when there is nothing to rewrite or nowhere to measure.
   */
  async rewrite(document: OpenDocument, wish: RewriteWish, watch: RewriteWatch): Promise<RewriteResult> {
    return this.#rewrite(this.#subject(document, wish), watch);
  }

  /** Like {@link rewrite}, but content with the last result for the same of the same version. */
  async remembered(document: OpenDocument, wish: RewriteWish, watch: RewriteWatch): Promise<RewriteResult> {
    const subject = this.#subject(document, wish);
    const last = this.#last;
    return last?.document === document && last.key === subject.key
      ? last.result
      : this.#rewrite(subject, watch);
  }

  /** What taking over some blocks of a proposal does to the document as it is now. @throws UserFacingError */
  blockEdits(document: OpenDocument, { label, blocks, chosen }: BlockEditsParams): BlockEditsResult {
    const wanted = (Array.isArray(chosen) ? chosen : []).filter((index) => Number.isInteger(index));
    const given = (Array.isArray(blocks) ? blocks : [])
      .slice(0, mostBlocks)
      .map(({ name, query }) => ({ name: String(name), query: String(query) }));
    const edits = blockEdits(document.strategy, label, given, wanted);
    if (edits === undefined)
      throw new UserFacingError(
        'These blocks cannot be taken over, since that would break the strategy here. Errors in its lines are the usual reason; the Problems panel lists them.',
      );
    return { version: document.version, edits: lspEdits(document, edits) };
  }

  #subject(document: OpenDocument, wish: RewriteWish): RewriteSubject {
    const seeds = this.#parts.measuring.seeds(document).ids;
    return subjectOf(document, wish, seeds, this.#parts.settings().rewrite);
  }

  async #rewrite(subject: RewriteSubject, watch: RewriteWatch): Promise<RewriteResult> {
    const { document, request } = subject;
    const { measuring, settings } = { ...this.#parts, settings: this.#parts.settings() };
    const epoch = this.#epoch;
    const progress = new RewriteProgress(watch);
    const writer = new RewriteWriter(subject);
    try {
      progress.stage('reading the topic');
      const engine = await engineOf(measuring, document);
      watch.signal.throwIfAborted();
      // A person who asks right after opening waits a moment rather than gets proposals without headings.
      await measuring.thesaurusLoaded(document);
      watch.signal.throwIfAborted();
      const original = await this.#original(subject, watch.signal);
      if (request.goal === 'catch-missed') assertMissed(original);
      const known = original === undefined ? {} : { original };
      progress.result(() => writer.write({ ...known, proposals: [], rejected: [] }));
      const { thesaurus } = measuring.thesaurus(document);
      const { deterministicRewriter, proposeRewrites } = await import('@querent/core/rewriting');
      const rewriters = [deterministicRewriter(thesaurus), ...(await this.#modelRewriter(progress))];
      let given = 0;
      let told = 0;
      const options: RewriteOptions = {
        signal: watch.signal,
        lint: (parsed) => lintQuery(parsed, { levels: settings.lint, thesaurus }),
        onProgress: (message) => progress.stage(message),
        onProposals: (proposals, rejected) => {
          const place = ++given;
          const tell = (): void => {
            if (place < told) return;
            told = place;
            progress.result(() => writer.write({ ...known, proposals, rejected }));
          };
          // What fails here fails at the end, and is told there.
          writer.prepare(proposals, watch.signal).then(tell, () => {});
        },
        rounds: settings.rewrite.rounds,
        thesaurus,
        ...known,
        ...(subject.whole === undefined ? {} : { whole: subject.whole }),
      };
      const result: KnownResult = await proposeRewrites(request, engine, rewriters, options);
      const answer = await writer.writeAll(result);
      if (epoch === this.#epoch) this.#last = { document, key: subject.key, result: answer };
      return answer;
    } finally {
      progress.finish();
    }
  }

  /** The numbers of the query that is there, from the cache where hints have them already; undefined where there are none. */
  async #original(
    { document, query }: RewriteSubject,
    signal: AbortSignal,
  ): Promise<Measurement | undefined> {
    try {
      return query && (await this.#parts.measuring.measure(document, query, signal));
    } catch (error) {
      if (signal.aborted) throw error;
      // Proposals are worth showing all the same.
      return undefined;
    }
  }

  async #modelRewriter(progress: RewriteProgress): Promise<Rewriter[]> {
    const model = await this.#parts.model.model;
    if (model === undefined) return [];
    const { createModelRewriter } = await import('../../models/index.ts');
    const { samples, template, contextTokens } = this.#parts.settings().model;
    return [
      createModelRewriter(model, {
        drafts: samples,
        template,
        contextTokens,
        onWriting: (answers) => progress.writing(answers),
      }),
    ];
  }
}

function assertMissed(original: Measurement | undefined): void {
  if (original === undefined || original.missed.length > 0) return;
  const count = original.found.length;
  throw new UserFacingError(
    `${count === 1 ? 'The seed is' : `All ${count} seeds are`} found already: nothing is missed that could be caught.`,
  );
}

async function engineOf(measuring: StrategyMeasuring, document: OpenDocument): Promise<SearchEngine> {
  try {
    return await measuring.engine(document);
  } catch (error) {
    throw new UserFacingError(
      `Proposals are shown with measured numbers only. ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
