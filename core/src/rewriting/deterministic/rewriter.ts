import type { CitationIndex } from '../../corpus/index.ts';
import type { Thesaurus } from '../../mesh/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import type { Draft, MeasuredFault, Rejection, RewriteRequest, Rewriter } from '../proposal.ts';
import type { CitationSource } from './analysis.ts';
import { catchMissed, editWithoutRecords, fromSeeds, improve, narrow } from '../improving/index.ts';
import { defaultBudget, draftsByFeedback, methodName } from './drafts.ts';
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
        return { drafts, rejected: reasons(request, drafts, noDraft) };
      }
      const edits = editWithoutRecords(request, thesaurus);
      const fresh = request.isBlock === true ? [] : draftFromTopic(request, thesaurus);
      const drafts = (request.goal ?? 'improve') === 'improve' ? [...fresh, ...edits] : [...edits, ...fresh];
      return { drafts, rejected: reasons(request, drafts, noTopic) };
    },
  };
}

/**
 * The drafts of the deterministic rewriter over an index, by the goal of the request and the faults of its query: new queries on the topic,
 * one a form, and edits of the query that is there. Empty when nothing of the topic occurs in the records. A block is only edited.
 */
export function draftQueries(request: RewriteRequest, source: CitationSource): readonly Draft[] {
  const edits = editQuery(request, source);
  if (request.isBlock === true) return edits;
  const fresh = [...fromSeeds(request, dated(request, source)), ...draftsByFeedback(request, source)];
  return (request.goal ?? 'improve') === 'improve' ? [...fresh, ...edits] : [...edits, ...fresh];
}

/**
 * Edits of the query that is there, by the goal of the request and the faults of the query: what it says otherwise stays as it is written. Empty when
 * there is no query, it cannot be searched, or there is nothing to gain.
 */
export function editQuery(request: RewriteRequest, all: CitationSource): readonly Draft[] {
  const { goal = 'improve', faults = [] } = request;
  const source = dated(request, all);
  // Faults steer where the person did not say what is to be done: nobody who narrows a query wants more seeds at more records.
  const has = (...kinds: readonly MeasuredFault['kind'][]): boolean =>
    goal === 'improve' && faults.some(({ kind }) => kinds.includes(kind));
  const edits: Draft[] = [];
  if (goal === 'catch-missed' || has('misses-seeds', 'block-loses-seeds'))
    edits.push(...catchMissed(request, source));
  if (goal === 'narrow' || has('too-many')) edits.push(...narrow(request, source));
  if (goal === 'improve') edits.push(...improve(request, source, request.budget ?? defaultBudget));
  return edits.filter(({ query }, i) => edits.findIndex((other) => other.query === query) === i);
}

/** The records up to the search date of the request. */
function dated({ until }: RewriteRequest, source: CitationSource): CitationSource {
  const { index, thesaurus } = source;
  return until === undefined ? source : { index, thesaurus, until };
}

/** Told when the method has no draft; it does not look which of the two it was. */
const noDraft =
  'The words of the topic occur in none of these records, or in so many that they select nothing within the budget. Name the topic more exactly, or allow more records.';

const noTopic = 'There is no topic to go by: give a title, a PICO or a query.';

/** Why what was asked for is not among the drafts; several causes where it cannot be told from here which it was. */
function reasons(
  { goal, query, seeds, current, isBlock }: RewriteRequest,
  drafts: readonly Draft[],
  none: string,
): readonly Rejection[] {
  const hasEdit = drafts.some(({ source, form }) => form === undefined && source !== methodName);
  if (goal === 'catch-missed' && !hasEdit) {
    if (seeds.length === 0) return [nothing('There are no seeds to catch: name known relevant records.')];
    if (current?.seedsFound === seeds.length) return [nothing('The query finds all seeds already.')];
    if (query?.trim())
      return [
        nothing(
          'No edit of the query catches a missed seed: their records are not held here or have no text, or the query cannot be searched as it is.',
        ),
      ];
  }
  if (goal === 'narrow' && !hasEdit && query?.trim())
    return [
      nothing('No edit makes the query narrower without losing too much, or it cannot be searched as it is.'),
    ];
  if (drafts.length > 0) return [];
  return [nothing(isBlock === true ? 'Nothing is missing in this block, and nothing in it is idle.' : none)];
}

function nothing(reason: string): Rejection {
  return { origin: 'method', source: methodName, text: '', reason };
}

function isDrafting(engine: SearchEngine): engine is DraftingEngine {
  return 'proposeDrafts' in engine && typeof engine.proposeDrafts === 'function';
}

/** Whether the index of an engine is at hand. */
export function isIndexed(engine: SearchEngine): engine is IndexedEngine {
  return (
    'index' in engine && 'thesaurus' in engine && typeof engine.index === 'object' && engine.index !== null
  );
}
