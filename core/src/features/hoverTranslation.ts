import { lookUpsIn, translateTerm } from '../mapping/index.ts';
import type { TermTranslation } from '../mapping/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import type { RangeNode, TermNode } from '../pubmed/index.ts';
import { differences, isConfirmedBy, ownTranslation, ownTranslationIn } from './hoverOwnTranslation.ts';
import type { MeasurementView } from './measurementView.ts';
import { code, plain } from './wording.ts';

/** Fields whose translation draws on MeSH. */
const MESH_FIELDS = new Set(['mh', 'majr', 'pa', 'nm', 'pt', 'all']);
const LONGEST_TRANSLATION = 500;
const MOST_NOTES = 5;

/** What a translation is made from. */
export interface TranslationContext {
  readonly thesaurus: Thesaurus | undefined;
  /** Whether a thesaurus is to come. */
  readonly loading: boolean;
  /** The heading is described beside it, so that the translation need not name it. */
  readonly headingTold?: boolean;
  /** The number of the term, if it was measured: PubMed's own translation comes with it. */
  readonly measured?: MeasurementView;
  /** The number of its line, whose translation holds that of the term. */
  readonly line?: MeasurementView;
}

/** "PubMed will search this as", with what happens on the way; Markdown paragraphs. */
export function describeTranslation(node: TermNode | RangeNode, context: TranslationContext): string[] {
  const { thesaurus, measured, line } = context;
  const own = ownTranslation(measured) ?? (node.kind === 'term' ? ownTranslationIn(line, node) : undefined);
  const simulated = translateTerm(node, thesaurus === undefined ? {} : { thesaurus });
  const { query } = simulated;
  const usesMesh = node.tag === undefined || MESH_FIELDS.has(node.tag.field ?? 'all');
  if (own !== undefined) {
    const told = `PubMed searched this as: ${code(own, LONGEST_TRANSLATION)}`;
    // Without MeSH every heading would be a difference.
    if (usesMesh && thesaurus === undefined) return [told];
    const list = differences(own, query);
    const simulation = query === '' ? 'nothing to search for' : code(query, LONGEST_TRANSLATION);
    // Of dates nothing is looked up that could be compared.
    const isAlike = list.length === 0 && (lookUpsIn(own).length > 0 || own === query);
    return isAlike
      ? [told, `*Querent’s own translation${usesMesh ? ` with ${meshName(thesaurus)}` : ''} is the same.*`]
      : [
          told,
          [`Simulated${usesMesh ? ` with ${meshName(thesaurus)}` : ''}: ${simulation}`, ...list].join('\n'),
        ];
  }
  if (isConfirmedBy(line, query))
    return [
      `PubMed searched this as: ${code(query, LONGEST_TRANSLATION)}`,
      `*Querent’s own translation, found again in what PubMed made of the line.*`,
    ];
  return [
    query === ''
      ? 'PubMed finds nothing to search for here.'
      : `PubMed will search this as: ${code(query, LONGEST_TRANSLATION)}`,
    notes(simulated, context.headingTold ?? false),
    query === '' ? '' : `*${origin(simulated, usesMesh, context)}*`,
  ].filter((part) => part !== '');
}

function notes(translation: TermTranslation, headingTold: boolean): string {
  const wanted = translation.notes.filter(({ kind }) => !headingTold || kind !== 'entry-term');
  const shown = wanted.slice(0, MOST_NOTES).map(({ kind, message }) => {
    const mark = kind === 'star-dropped' || kind === 'not-found' || kind === 'unknown-field' ? '⚠ ' : '';
    return `- ${mark}${plain(message)}`;
  });
  const more = wanted.length - shown.length;
  return [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function origin(
  { certainty }: TermTranslation,
  usesMesh: boolean,
  { thesaurus, loading }: TranslationContext,
): string {
  if (!usesMesh)
    return certainty === 'certain'
      ? 'Simulated offline.'
      : "Simulated offline; PubMed's own translation is shown after a live search.";
  if (thesaurus !== undefined) {
    return `Simulated with ${meshName(thesaurus)}; PubMed's own translation is shown after a live search.`;
  }
  return loading
    ? 'MeSH is being loaded…'
    : 'Simulated without MeSH, so headings are missing: name a MeSH file in the setting querent.mesh.path.';
}

function meshName(thesaurus: Thesaurus | undefined): string {
  return thesaurus?.version === undefined ? 'MeSH' : `MeSH ${plain(thesaurus.version)}`;
}
