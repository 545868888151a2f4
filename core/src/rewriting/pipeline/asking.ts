import { SearchError } from '../../search/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import { formatCount } from '../../text/index.ts';
import type { Draft, Rejection, Rewriter, RewriteRequest } from '../proposal.ts';

/** How a rewriter is asked. */
export interface AskOptions {
  readonly signal: AbortSignal;
  readonly patienceMs: number;
  /** Called with each draft; with those that the rewriter gave before its end once more at the end. */
  readonly onDraft: (draft: Draft) => void;
}

/**
 * Asks one rewriter, for a limited time. Its failure, and its taking too long, become a rejection that costs the others nothing; drafts
 * that it gave until then are kept.
 * @throws the signal's reason
 */
export async function askRewriter(
  rewriter: Rewriter,
  request: RewriteRequest,
  engine: SearchEngine,
  { signal, patienceMs, onDraft }: AskOptions,
): Promise<readonly Rejection[]> {
  const { name: source = 'rewriter', origin = 'method' } = rewriter;
  const failed = (reason: string): readonly Rejection[] => [{ origin, source, text: '', reason }];
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patienceMs);
  const either = AbortSignal.any([signal, late.signal]);
  let given = 0;
  let isOver = false;
  const take = (draft: Draft): void => {
    if (isOver) return;
    given++;
    onDraft(draft);
  };
  const isLate = (): boolean => late.signal.aborted;
  try {
    // Raced, since an endless rewriter may be deaf to signals, too.
    const answer = await Promise.race([rewriter.draft(request, engine, either, take), abortion(either)]);
    for (const draft of answer.drafts) onDraft(draft);
    return answer.rejected;
  } catch (error) {
    signal.throwIfAborted();
    if (!isLate()) return failed(reasonOf(error));
    const seconds = formatCount(Math.max(1, Math.round(patienceMs / 1000)));
    const kept = given > 0 ? 'what it had written until then is shown' : 'what the others wrote is shown';
    return failed(
      `It was stopped after ${seconds} s without an end; ${kept}. A smaller model, or fewer answers, are faster.`,
    );
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}

/** Rejects when `signal` is aborted. */
function abortion(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** What went wrong, for people. */
export function reasonOf(error: unknown): string {
  if (error instanceof SearchError || error instanceof Error) return error.message;
  return String(error);
}
