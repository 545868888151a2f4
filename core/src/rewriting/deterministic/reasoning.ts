import { formatCount } from '../../text/index.ts';
import type { ProposalForm } from '../proposal.ts';
import type { Analysis, CitationSource } from './analysis.ts';
import type { Shape } from './drafts.ts';
import type { Feature } from './feature.ts';

/** Why a draft is as it is, in a few sentences for people. */
export function reasoningFor(
  form: ProposalForm,
  shape: Shape,
  analysis: Analysis,
  source: CitationSource,
  budget: number,
): string {
  const used = [...new Set('blocks' in shape ? shape.blocks.flat() : shape.clauses.flat())];
  const concepts = used.filter(({ kind }) => kind === 'concept');
  const learnt = used.filter((feature) => feature.source === 'feedback');
  const sentences = [
    purposes[form].replace('{budget}', formatCount(budget)),
    'blocks' in shape
      ? shape.blocks.length === 1
        ? 'It is one block, since a second one would lose more than it saves.'
        : 'It has two blocks joined by AND.'
      : `It joins ${counted(shape.clauses.length, 'clause')} by OR${shape.clauses.some(({ length }) => length === 2) ? '; terms that are too broad alone stand in pairs' : ''}.`,
    concepts.length > 0
      ? `Concepts from MeSH, with their entry terms and the plural and spelling forms that occur: ${list(names(concepts), 6)}.`
      : source.thesaurus === undefined
        ? 'There is no thesaurus here, so no headings were looked up.'
        : '',
    learnt.length > 0 ? `Learnt from ${evidence(analysis)}: ${list(names(learnt), 8)}.` : '',
    kinds(analysis),
    analysis.dropped.length > 0
      ? `Left out, since the best records do not have them more often than others: ${list(names(analysis.dropped), 5)}.`
      : '',
    form === 'recall' ? 'Terms that find nothing more were dropped.' : '',
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

const purposes: Readonly<Record<ProposalForm, string>> = {
  recall: 'Written to miss as little as possible within {budget} records of this library.',
  readable: 'Written to be read and edited, within {budget} records of this library.',
  precise:
    'Written to leave little to screen: it stops where the next term would bring mostly other records.',
};

/** Which kind of study the topic asks for, where that had a part in the ranking. */
function kinds({ designs }: Analysis): string {
  const wanted = designs.filter(({ logOdds }) => logOdds > 0).map(({ feature }) => feature);
  return wanted.length === 0
    ? ''
    : `Records with words of ${list(names(wanted), 2)} count more, since the topic asks for them.`;
}

function evidence({ learntFrom, seedsUsed }: Analysis): string {
  const others = learntFrom - seedsUsed;
  const ranked = `the ${counted(others, 'record')} that fit the topic's words best`;
  if (seedsUsed === 0) return ranked;
  return others === 0 ? counted(seedsUsed, 'seed') : `${counted(seedsUsed, 'seed')} and ${ranked}`;
}

function names(features: readonly Feature[]): readonly string[] {
  return features.map(({ name, kind }) => (kind === 'heading' ? `${name} (heading)` : name));
}

function list(all: readonly string[], most: number): string {
  const shown = all.slice(0, most).join(', ');
  return all.length > most ? `${shown} and ${all.length - most} more` : shown;
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
