import { proposalEdits } from '@querent/core/features';
import { lintQuery } from '@querent/core/lint';
import type {
  Proposal,
  RewriteRequest,
  Rewriter,
  RewriteResult as CoreResult,
} from '@querent/core/rewriting';
import type { SearchEngine } from '@querent/core/search';
import { isUnresolvable, printResolved, resolveLine, type StrategyLine } from '@querent/core/strategy';
import type { StrategyMeasuring } from '../measuring/index.ts';
import type { RewriteItem, RewriteResult, Settings, StatusParams } from '../protocol.ts';
import type { OpenDocument } from './documents.ts';
import { ModelSlot } from './modelSlot.ts';
import type { Report } from './progress.ts';
import { UserFacingError } from './runSafe.ts';
import { lspEdits } from './services.ts';
import { wireMeasurement } from './wire.ts';

/** What rewriting needs of the server. */
export interface RewriteParts {
  readonly measuring: StrategyMeasuring;
  settings(): Settings;
  /** Whether a model that the settings name may be run. */
  trusted(): boolean;
  onModelStatus(status: StatusParams['model']): void;
  log(message: string): void;
}

/** How a rewrite is watched and stopped. */
export interface RewriteWatch {
  readonly signal: AbortSignal;
  readonly report: Report;
}

/** Longest query that is given to the rewriters, in characters, references written out. */
const maxQueryLength = 100_000;

/**
 * Rewrites lines of documents. The deterministic rewriter always has its say; the model where one is configured, trusted and
 * alive. A missing, dead or slow model costs its own proposals and nothing else.
 */
export class RewriteService {
  readonly #parts: RewriteParts;
  readonly #model: ModelSlot;
  /** The last result, so that a menu that asks again as it is hovered and clicked costs one rewrite. */
  #last:
    { readonly document: OpenDocument; readonly key: string; readonly result: RewriteResult } | undefined;

  constructor(parts: RewriteParts) {
    this.#parts = parts;
    this.#model = new ModelSlot({
      settings: () => parts.settings(),
      trusted: () => parts.trusted(),
      onStatus: (status) => parts.onModelStatus(status),
      log: (message) => parts.log(message),
    });
  }

  /** Settings or trust changed. */
  async settingsChanged(): Promise<void> {
    this.forget();
    await this.#model.update();
  }

  /** Forgets the last result: what its numbers were measured in has changed. */
  forget(): void {
    this.#last = undefined;
  }

  async dispose(): Promise<void> {
    await this.#model.dispose();
  }

  /**
   * Measured proposals for line `label`, by default the whole strategy; never the remembered ones.
   * @throws UserFacingError when there is nothing to rewrite or nowhere to measure.
   */
  async rewrite(
    document: OpenDocument,
    label: string | undefined,
    watch: RewriteWatch,
  ): Promise<RewriteResult> {
    if (document.language !== 'pubmed')
      throw new UserFacingError(
        'This is a search of ClinicalTrials.gov; proposals are made for PubMed strategies only so far.',
      );
    const line = lineOf(document, label);
    const { strategy } = document;
    const { measuring } = this.#parts;
    watch.report('reading the topic');
    const request: RewriteRequest = {
      ...topicOf(document, line),
      seeds: measuring.seeds(document).ids,
      ...(strategy.frontMatter?.until === undefined ? {} : { until: strategy.frontMatter.until }),
      budget: this.#parts.settings().rewrite.budget,
    };
    if (request.title === undefined && request.pico === undefined && request.query === undefined)
      throw new UserFacingError(
        'There is nothing to go by yet. Write a title or a PICO into the front matter, or a first query.',
      );
    const engine = await engineOf(measuring, document);
    watch.signal.throwIfAborted();
    // A person who asks right after opening waits a moment rather than gets proposals without headings.
    await measuring.thesaurusLoaded(document);
    watch.signal.throwIfAborted();
    const { thesaurus } = measuring.thesaurus(document);
    const { deterministicRewriter, proposeRewrites } = await import('@querent/core/rewriting');
    const rewriters = [deterministicRewriter(thesaurus), ...(await this.#modelRewriter(watch))];
    const result = await proposeRewrites(request, engine, rewriters, {
      signal: watch.signal,
      lint: (parsed) => lintQuery(parsed, { levels: this.#parts.settings().lint, thesaurus }),
      onProgress: (message) => watch.report(message),
    });
    const answer = toWire(document, line, result, this.#parts.settings().rewrite.budget);
    this.#last = { document, key: label ?? '', result: answer };
    return answer;
  }

  /** Like {@link rewrite}, but content with the last result for the same line of the same version. */
  async remembered(document: OpenDocument, label: string, watch: RewriteWatch): Promise<RewriteResult> {
    const last = this.#last;
    if (last?.document === document && last.key === label) return last.result;
    return this.rewrite(document, label, watch);
  }

  async #modelRewriter({ report }: RewriteWatch): Promise<Rewriter[]> {
    const host = await this.#model.host;
    if (host === undefined) return [];
    const { createModelRewriter } = await import('../models/index.ts');
    let tokens = 0;
    const onToken = (): void => {
      if (++tokens % 5 === 1) report(`the model is writing… (${tokens} tokens)`);
    };
    return [createModelRewriter(host, { onToken })];
  }
}

function lineOf(document: OpenDocument, label: string | undefined): StrategyLine | undefined {
  const { strategy } = document;
  if (label === undefined) return strategy.root;
  const line = strategy.line(label);
  if (line === undefined) throw new UserFacingError(`There is no line #${label} (any more).`);
  return line;
}

/** Title, PICO and the query that is there; a line that cannot be resolved or is endless counts as no query. */
function topicOf(
  { strategy }: OpenDocument,
  line: StrategyLine | undefined,
): Pick<RewriteRequest, 'title' | 'pico' | 'query'> {
  const { title, pico } = strategy.frontMatter ?? {};
  const resolved = line === undefined ? undefined : resolveLine(strategy, line.label);
  let query: string | undefined;
  if (resolved !== undefined && !isUnresolvable(resolved)) {
    try {
      query = printResolved(resolved, { maxLength: maxQueryLength });
    } catch {
      // Too long to be written out: the title must do.
    }
  }
  return {
    ...(title === undefined ? {} : { title }),
    ...(pico === undefined ? {} : { pico }),
    ...(query === undefined || query === '' ? {} : { query }),
  };
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

function toWire(
  document: OpenDocument,
  line: StrategyLine | undefined,
  result: CoreResult,
  budget: number,
): RewriteResult {
  const { text } = document;
  return {
    version: document.version,
    label: line?.label ?? '1',
    query: line === undefined ? '' : text.slice(line.queryRange.start, line.queryRange.end),
    goal: 'improve',
    ...(result.original === undefined ? {} : { original: wireMeasurement(result.original) }),
    faults: [],
    preference: { budget },
    proposals: result.proposals.map((proposal) => toItem(document, line?.label, proposal)),
    rejected: result.rejected.map(({ origin, source, text: rejected, reason }) => ({
      origin,
      source,
      text: rejected,
      reason,
    })),
  };
}

function toItem(document: OpenDocument, label: string | undefined, proposal: Proposal): RewriteItem {
  const { query, origin, form, source, reasoning, problems, measurement } = proposal;
  const { count, recall, nnr, provenance } = measurement;
  const accepted = {
    query,
    origin,
    source,
    count,
    recall,
    measuredIn: provenance.label,
    at: provenance.at,
    ...(nnr === undefined ? {} : { nnr }),
  };
  return {
    query,
    origin,
    ...(form === undefined ? {} : { form }),
    source,
    reasoning,
    problems,
    measurement: wireMeasurement(measurement),
    edits: lspEdits(document, proposalEdits(document.strategy, label, accepted)?.edits ?? []),
    flags: proposal.flags ?? [],
    usedSeeds: proposal.usedSeeds ?? false,
    isOnFront: proposal.isOnFront ?? false,
    terms: proposal.terms ?? 0,
    clauses: proposal.clauses ?? 0,
    parents: proposal.parents ?? [],
    round: proposal.round ?? 0,
    blocks: [],
  };
}
