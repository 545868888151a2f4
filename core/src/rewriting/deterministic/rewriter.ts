import type { CitationIndex } from '../../corpus/index.ts';
import type { Thesaurus } from '../../mesh/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import type { Draft, MeasuredFault, Rejection, RewriteRequest, Rewriter } from '../proposal.ts';
import type { CitationSource } from './analysis.ts';
import { catchMissed, narrow } from '../improving/index.ts';
import { defaultBudget, draftsByFeedback, methodName } from './drafts.ts';
import { widenQuery } from './widen.ts';
import { draftFromTopic } from './withoutIndex.ts';

/** An engine that makes the drafts itself, because its index is elsewhere, such as on another thread. */
interface DraftingEngine extends SearchEngine {
  proposeDrafts(request: RewriteRequest, signal?: AbortSignal): Promise<readonly Draft[]>;
}

/** An engine whose index is at hand. */
interface IndexedEngine extends SearchEngine {
  readonly index: CitationIndex;
  readonly thesaurus: Thesaurus | undefined;
}

/**
 * The deterministic rewriter: the same request on the same records gives the same drafts. It learns from the records where the
 * engine has an index; elsewhere, such as at PubMed itself, it makes concept blocks from the topic's words and `thesaurus`.
 */
export function deterministicRewriter(thesaurus?: Thesaurus): Rewriter {
  return {
    name: methodName,
    origin: 'method',
    async draft(request, engine, signal) {
      if (isDrafting(engine) || isIndexed(engine)) {
        const drafts = isDrafting(engine)
          ? await engine.proposeDrafts(request, signal)
          : draftQueries(request, engine);
        return {
          drafts,
          rejected: drafts.length > 0 ? [] : [nothing(noDraft)],
        };
      }
      const drafts = draftFromTopic(request, thesaurus);
      return {
        drafts,
        rejected:
          drafts.length > 0 ? [] : [nothing('There is no topic to go by: give a title, a PICO or a query.')],
      };
    },
  };
}

/**
 * The drafts of the deterministic rewriter over an index, by the goal of the request: new queries on the topic, one a form, and edits of
 * the query that is there. Empty when nothing of the topic occurs in the records. Where the query is a block, it is only edited.
 */
export function draftQueries(request: RewriteRequest, source: CitationSource): readonly Draft[] {
  const { goal = 'improve', faults = [] } = request;
  const widened = widenQuery(request, source, request.budget ?? defaultBudget);
  const wants = (kind: MeasuredFault['kind']): boolean => faults.some((fault) => fault.kind === kind);
  const catches = goal === 'catch-missed' || wants('misses-seeds') || wants('block-loses-seeds');
  const edits = [
    ...(catches ? catchMissed(request, source) : []),
    ...(widened === undefined ? [] : [widened]),
  ];
  if (request.isBlock === true) return edits;
  const fresh = draftsByFeedback(request, source);
  return goal === 'improve' ? [...fresh, ...edits] : [...edits, ...fresh];
}

/** Told when the method has no draft; it does not look which of the two it was. */
const noDraft =
  'The words of the topic occur in none of these records, or in so many that they select nothing within the budget. Name the topic more exactly, or allow more records.';

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
