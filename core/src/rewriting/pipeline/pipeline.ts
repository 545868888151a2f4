import type { ResolvedQuery } from '../../pubmed/index.ts';
import type { Measurement, SearchEngine } from '../../search/index.ts';
import { measure, SearchError } from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import type { Draft, Proposal, Rejection, RewriteRequest, Rewriter, RewriteResult } from '../proposal.ts';
import { rankProposals } from './rank.ts';
import type { Linter, ValidDraft } from './validate.ts';
import { validateDraft } from './validate.ts';

/** How rewriting is limited and watched. */
export interface RewriteOptions {
  /** Cancels everything; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with a line for people on every step. */
  readonly onProgress?: (message: string) => void;
  /** Most proposals to give, >= 1; default 10. */
  readonly limit?: number;
  /** The lint rules; without them only syntax is judged. */
  readonly lint?: Linter;
  /** The measurement of `request.query` where the caller has it already. */
  readonly original?: Measurement;
}

const shownOfRejected = 300;

/**
 * Asks all rewriters side by side, checks, measures and ranks what they wrote. A rewriter that fails becomes a rejection and costs
 * the others nothing; so does a draft that is no query, finds nothing, cannot be measured, repeats another or is no better than
 * the query that is there. Recall is measured against the request's seeds only: without seeds it is undefined, never guessed.
 * @throws the signal's reason when cancelled.
 */
export async function proposeRewrites(
  request: RewriteRequest,
  engine: SearchEngine,
  rewriters: readonly Rewriter[],
  options: RewriteOptions = {},
): Promise<RewriteResult> {
  const { signal = new AbortController().signal, onProgress = () => undefined, limit = 10, lint } = options;
  signal.throwIfAborted();
  const rejected: Rejection[] = [];
  const reject = (draft: Draft, reason: string): void => {
    const { origin, source, query } = draft;
    rejected.push({ origin, source, text: clipped(query), reason });
  };
  const current = resolvedQuery(request.query);
  const original = options.original ?? (await measureOriginal(current, request, engine, signal));
  const asked = original === undefined ? request : { ...request, current: currentOf(original) };
  onProgress('Writing drafts');
  const answers = await Promise.all(
    rewriters.map(async (rewriter) => {
      try {
        return await rewriter.draft(asked, engine, signal);
      } catch (error) {
        signal.throwIfAborted();
        const { name: source = 'rewriter', origin = 'method' } = rewriter;
        return { drafts: [], rejected: [{ origin, source, text: '', reason: reasonOf(error) }] };
      }
    }),
  );
  signal.throwIfAborted();
  rejected.push(...answers.flatMap((answer) => answer.rejected));
  const valid = distinct(
    answers.flatMap((answer) => answer.drafts),
    current,
    lint,
    reject,
  );
  const proposals: Proposal[] = [];
  let measured = 0;
  for (const { draft, resolved, problems } of valid) {
    onProgress(`Measuring draft ${++measured} of ${valid.length}`);
    const measurement = await tryMeasure(engine, resolved, request, signal);
    if (typeof measurement === 'string') reject(draft, measurement);
    else if (measurement.count === 0) reject(draft, `It finds no record in ${measurement.provenance.label}.`);
    else if (isNoBetter(measurement, original))
      reject(draft, 'It finds no more seeds than the query that is there, and no fewer records.');
    else proposals.push({ ...draft, problems, measurement });
  }
  const ranked = rankProposals(proposals, { budget: request.budget, forms: request.forms });
  return { original, proposals: ranked.slice(0, Math.max(1, limit)), rejected };
}

function resolvedQuery(query: string | undefined): ResolvedQuery | undefined {
  if (query === undefined || query.trim() === '') return undefined;
  const resolved = resolveText(query);
  return isUnresolvable(resolved) ? undefined : resolved;
}

/** Undefined when there is no query or the engine has no answer: the proposals are worth showing all the same. */
async function measureOriginal(
  query: ResolvedQuery | undefined,
  request: RewriteRequest,
  engine: SearchEngine,
  signal: AbortSignal,
): Promise<Measurement | undefined> {
  if (query === undefined) return undefined;
  const measurement = await tryMeasure(engine, query, request, signal);
  return typeof measurement === 'string' ? undefined : measurement;
}

function currentOf({ count, found }: Measurement): NonNullable<RewriteRequest['current']> {
  return { count, seedsFound: found.length };
}

/** Drafts that may be asked, each query once. */
function distinct(
  drafts: readonly Draft[],
  current: ResolvedQuery | undefined,
  lint: Linter | undefined,
  reject: (draft: Draft, reason: string) => void,
): readonly ValidDraft[] {
  const valid: ValidDraft[] = [];
  for (const draft of drafts) {
    const checked = validateDraft(draft, lint);
    if ('reason' in checked) reject(draft, checked.reason);
    else if (checked.resolved.key === current?.key) reject(draft, 'It is the query that is there already.');
    else if (valid.some(({ resolved }) => resolved.key === checked.resolved.key))
      reject(draft, 'Another draft is the same query.');
    else valid.push(checked);
  }
  return valid;
}

async function tryMeasure(
  engine: SearchEngine,
  query: ResolvedQuery,
  { seeds, until }: RewriteRequest,
  signal: AbortSignal,
): Promise<Measurement | string> {
  try {
    return await measure(engine, query, seeds, { signal, ...(until === undefined ? {} : { until }) });
  } catch (error) {
    signal.throwIfAborted();
    return `It could not be measured: ${reasonOf(error)}`;
  }
}

/** Dominated: whoever accepted it would lose, or gain nothing. Cannot be said without seeds. */
function isNoBetter(measurement: Measurement, original: Measurement | undefined): boolean {
  if (original === undefined || original.recall === undefined) return false;
  return measurement.found.length <= original.found.length && measurement.count >= original.count;
}

function reasonOf(error: unknown): string {
  if (error instanceof SearchError || error instanceof Error) return error.message;
  return String(error);
}

function clipped(text: string): string {
  return text.length > shownOfRejected
    ? `${text.slice(0, shownOfRejected).replace(/\p{Surrogate}/gu, '')}…`
    : text;
}
