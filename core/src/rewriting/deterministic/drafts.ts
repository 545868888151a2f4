import type { Thesaurus } from '../../mesh/index.ts';
import type { Draft, ProposalForm, RewriteRequest } from '../proposal.ts';
import type { Analysis, CitationSource } from './analysis.ts';
import { analyse } from './analysis.ts';
import type { ConceptBlocks } from './blocks.ts';
import { conceptBlocks } from './blocks.ts';
import { leastChance } from './chances.ts';
import { isConceptual } from './conceptual.ts';
import type { Feature } from './feature.ts';
import type { Clause, Cover } from './cover.ts';
import { greedyCover } from './cover.ts';
import { printBlocks, printClauses } from './print.ts';
import { reasoningFor } from './reasoning.ts';

/** Name of the deterministic rewriter, as proposals show it. */
export const methodName = 'relevance feedback';

/** Most records that a draft may find. */
export const defaultBudget = 1500;
/** In a small library a query that finds more than this share of it has selected nothing. */
const mostOfLibrary = 0.25;

/** A query's parts: either clauses joined by OR, or blocks joined by AND. */
export type Shape = { readonly clauses: readonly Clause[] } | { readonly blocks: ConceptBlocks['blocks'] };

/**
 * Drafts of PubMed queries on the topic of `request`, one a form; none when nothing of the topic occurs in the library or no
 * query stays within the budget. The same request on the same library always gives the same drafts. `until` is not looked at:
 * the drafts are what they are, the measurement applies it.
 */
export function draftsByFeedback(request: RewriteRequest, source: CitationSource): readonly Draft[] {
  const { forms = ['recall', 'readable', 'precise'] } = request;
  const size = source.index.documentCount;
  const budget = Math.max(
    1,
    Math.min(request.budget ?? defaultBudget, Math.max(10, Math.ceil(mostOfLibrary * size))),
  );
  const analysis = analyse(request, source, budget);
  if (analysis === undefined) return [];
  const drafts: Draft[] = [];
  for (const form of forms) {
    const shape = makers[form](analysis, size, budget, source.thesaurus);
    const query =
      shape === undefined
        ? ''
        : 'blocks' in shape
          ? printBlocks(shape.blocks, source.thesaurus)
          : printClauses(shape.clauses, source.thesaurus);
    if (shape === undefined || query === '' || drafts.some((draft) => draft.query === query)) continue;
    drafts.push({
      query,
      origin: 'method',
      form,
      source: methodName,
      reasoning: reasoningFor(form, shape, analysis, source, budget),
    });
  }
  return drafts;
}

type Maker = (
  analysis: Analysis,
  size: number,
  budget: number,
  thesaurus: Thesaurus | undefined,
) => Shape | undefined;

const makers: Readonly<Record<ProposalForm, Maker>> = {
  recall: ({ features, designs, worth }, size, budget) =>
    filled(
      greedyCover([...features, ...wantedDesigns(designs)], worth, size, {
        budget,
        mostClauses: 40,
        exponent: 0.7,
      }),
    ),
  readable: ({ features, worth }, size, budget, thesaurus) =>
    conceptBlocks(
      features.filter((feature) => isConceptual(feature, thesaurus)),
      worth,
      size,
      { budget, mostClauses: 8, exponent: 0.4 },
    ),
  precise: ({ features, chances }, size, budget) =>
    filled(
      greedyCover(features, chances, size, {
        budget,
        mostClauses: 20,
        exponent: 0.8,
        leastMeanWorth: leastChance,
      }),
    ),
};

/** A term that is too broad alone may stand with the words of the study that the topic asks for. */
function wantedDesigns(designs: Analysis['designs']): readonly Feature[] {
  return designs.filter(({ logOdds }) => logOdds > 0).map(({ feature }) => feature);
}

function filled(cover: Cover): Shape | undefined {
  return cover.clauses.length === 0 ? undefined : cover;
}
