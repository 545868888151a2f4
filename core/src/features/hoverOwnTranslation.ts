import { compareTranslations, looseName, lookUpsIn, readSubject, translateQuery } from '../mapping/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import { nodesOf } from '../pubmed/index.ts';
import type { QueryNode, TermNode } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import type { MeasurementView } from './measurementView.ts';
import { code } from './wording.ts';

/** Characters of a line's translation in its hover; that of a whole strategy is as long as the strategy. */
const LONGEST_TRANSLATION = 300;
/** Look-ups that are named. */
const MOST_NAMED = 5;
const LONGEST_NAME = 60;
/** Terms of a line and of all that it refers to, beyond which nothing is simulated for a hover. */
const MOST_TERMS = 1_000;

/** PubMed's own translation, where `view` has it: libraries do not translate as PubMed does. */
export function ownTranslation(view: MeasurementView | undefined): string | undefined {
  return view?.kind === 'done' && /^pubmed(?::|$)/.test(view.measurement.provenance.engine)
    ? view.measurement.translation
    : undefined;
}

/**
 * What PubMed made of one term of a line that it answered: its own mapping of the term, or the look-up of the same words in the same field. Undefined
 * where the answer does not show it.
 */
export function ownTranslationIn(line: MeasurementView | undefined, term: TermNode): string | undefined {
  const whole = ownTranslation(line);
  if (whole === undefined || line?.kind !== 'done') return undefined;
  const words = looseName(term.text);
  const field = term.tag === undefined ? 'all' : term.tag.field;
  if (words === '' || field === undefined) return undefined;
  const isMapped = !term.quoted && !term.text.includes('*');
  const mapping = line.measurement.mappings?.find(({ from }) => {
    const subject = readSubject(from);
    return subject.words === words && (subject.tag === undefined ? 'all' : subject.field) === field;
  });
  if (mapping !== undefined && (isMapped || field !== 'all')) return mapping.to;
  // Words that are mapped have more to them than the look-up of the words.
  if (isMapped && field === 'all') return undefined;
  const printed = new Set(
    lookUpsIn(whole).flatMap((one) => (one.words === words && one.field === field ? one.printed : [])),
  );
  return printed.size === 1 ? [...printed][0] : undefined;
}

/** Whether all that is simulated of a term stands in PubMed's translation of its line. */
export function isConfirmedBy(line: MeasurementView | undefined, simulated: string): boolean {
  const whole = ownTranslation(line);
  return (
    whole !== undefined &&
    lookUpsIn(simulated).length > 0 &&
    compareTranslations(whole, simulated).missing.length === 0
  );
}

/** In what PubMed's translation differs from the simulated one; Markdown list items, none where it does not. */
export function differences(own: string, simulated: string): string[] {
  const { added, missing } = compareTranslations(own, simulated);
  return [
    ...(added.length === 0 ? [] : [`- searched by PubMed only: ${named(added)}`]),
    ...(missing.length === 0 ? [] : [`- simulated only: ${named(missing)}`]),
  ];
}

function named(lookUps: readonly string[]): string {
  const shown = lookUps.slice(0, MOST_NAMED).map((one) => code(one, LONGEST_NAME));
  const more = lookUps.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What PubMed made of a block or line, beside what is simulated of it and of the lines that it refers to; Markdown paragraphs. */
export function describeOwnTranslation(
  document: StrategyDocument,
  root: QueryNode,
  view: MeasurementView,
  thesaurus: Thesaurus | undefined,
): string[] {
  const own = ownTranslation(view);
  if (own === undefined) return [];
  const told = `PubMed searched this as: ${code(own, LONGEST_TRANSLATION)}`;
  // Without MeSH every heading would be a difference.
  const roots = thesaurus === undefined ? [] : rootsOf(document, root);
  if (roots.length === 0) return [told];
  const simulated = roots.map((one) => translateQuery(one, thesaurus === undefined ? {} : { thesaurus }));
  const list = differences(own, simulated.filter((one) => one !== '').join(' OR '));
  return [
    told,
    list.length === 0 ? '*It looked up what was simulated.*' : ['Other than simulated:', ...list].join('\n'),
  ];
}

/** `root` and the roots of all lines that it refers to; none where they are too much for a hover. */
function rootsOf(document: StrategyDocument, root: QueryNode): readonly QueryNode[] {
  const roots = new Set([root]);
  let terms = 0;
  for (const one of roots)
    for (const node of nodesOf(one)) {
      if (node.kind === 'term' && ++terms > MOST_TERMS) return [];
      const other = node.kind === 'reference' ? document.line(node.label)?.query.root : undefined;
      if (other !== undefined) roots.add(other);
    }
  return [...roots];
}
