import type { CitationIndex } from '../../corpus/index.ts';
import type { Thesaurus } from '../../mesh/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import type { Draft, Rejection, RewriteRequest, Rewriter } from '../proposal.ts';
import type { CitationSource } from './analysis.ts';
import { defaultBudget, draftQueries, methodName } from './drafts.ts';
import { widenQuery } from './widen.ts';
import { draftFromTopic } from './withoutIndex.ts';

/** What a rewriter answers. */
export type Drafts = Awaited<ReturnType<Rewriter['draft']>>;

/** An engine that makes the drafts itself, because its index is elsewhere, such as on another thread. */
interface DraftingEngine extends SearchEngine {
  proposeDrafts(request: RewriteRequest, signal?: AbortSignal): Promise<Drafts>;
}

/** An engine whose index is at hand. */
interface IndexedEngine extends SearchEngine {
  readonly index: CitationIndex;
  readonly thesaurus: Thesaurus | undefined;
}

/**
 * The deterministic rewriter: the same request on the same records gives the same drafts. It learns from the records where the
 * engine has an index; else it makes concept blocks from the topic's words and `thesaurus`.
 */
export function deterministicRewriter(thesaurus?: Thesaurus): Rewriter {
  return {
    name: methodName,
    origin: 'method',
    async draft(request, engine, signal) {
      if (isDrafting(engine)) return engine.proposeDrafts(request, signal);
      if (isIndexed(engine)) return proposeDrafts(request, engine);
      const drafts = draftFromTopic(request, thesaurus);
      return {
        drafts,
        rejected:
          drafts.length > 0
            ? []
            : [nothing('The request names no topic: give it a title, a PICO or a query.')],
      };
    },
  };
}

/** The drafts of the deterministic rewriter over an index: new queries on the topic, and the query that is there with what it lacks. */
export function proposeDrafts(request: RewriteRequest, source: CitationSource): Drafts {
  const drafts: Draft[] = [...draftQueries(request, source)];
  const widened = widenQuery(request, source, request.budget ?? defaultBudget);
  if (widened !== undefined) drafts.push(widened);
  if (drafts.length > 0) return { drafts, rejected: [] };
  return { drafts, rejected: [nothing('Nothing of the topic occurs in the records here.')] };
}

function nothing(reason: string): Rejection {
  return { origin: 'method', source: methodName, text: '', reason };
}

function isDrafting(engine: SearchEngine): engine is DraftingEngine {
  return 'proposeDrafts' in engine && typeof engine.proposeDrafts === 'function';
}

function isIndexed(engine: SearchEngine): engine is IndexedEngine {
  return (
    'index' in engine && 'thesaurus' in engine && typeof engine.index === 'object' && engine.index !== null
  );
}
