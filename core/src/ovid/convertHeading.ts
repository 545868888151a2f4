import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { findPublicationType, findSubheading } from '../pubmed/index.ts';
import type { Subheading } from '../pubmed/index.ts';
import type { Range } from '../text/index.ts';
import { draft } from './context.ts';
import type { Conversion } from './context.ts';
import type { Draft } from './notes.ts';
import { join, leaf } from './output.ts';
import type { Output } from './output.ts';
import { findRetiredSubheading } from './retiredSubheadings.ts';
import { cleanText, hasWord } from './termText.ts';
import type { HeadingNode } from './tree.ts';

/** Subheadings without narrower ones, so that exploding them changes nothing (general knowledge of the subheading hierarchies, not checked). */
const LEAVES = new Set(
  'AB AD BL BS CF CI CN DE DF DG DH DT EC ED EH EN ES GD GE HI IN IP IR IS LJ MO MT NU PA PC PK PO PS PX RE RH RT SC ST SD TD TM TO TR UL UR VE VI'.split(
    ' ',
  ),
);

/** Publication types with narrower ones, which PubMed includes and Ovid's `.pt.` does not. */
export const BROAD_TYPES: ReadonlySet<string> = new Set([
  'Clinical Study',
  'Clinical Trial',
  'Controlled Clinical Trial',
  'Randomized Controlled Trial',
  'Observational Study',
  'Guideline',
]);

/** `"drug therapy"[sh]`; PubMed includes narrower subheadings unless told not to. */
export function subheadingTag({ code, name }: Subheading, explode: boolean): string {
  return `"${name.toLowerCase()}"[sh${explode || LEAVES.has(code) ? '' : ':noexp'}]`;
}

/** `exp *Heading/dt, th`: each subheading becomes a heading of its own, since PubMed takes one at a time. */
export function convertHeading(node: HeadingNode, conversion: Conversion): Output | undefined {
  const { range, explode, focus } = node;
  const written = cleanText(node.text.replace(/\[[^\]]*\]?\s*$/, ''));
  if (!hasWord(written))
    return conversion.drop(draft('refused', 'no-word', range, 'there is no heading here; it was left out'));
  const notes: Draft[] = [];
  const found = lookUp(written, range, conversion, notes);
  if (found === undefined) {
    const type = publicationTypeOf(written, conversion);
    if (type !== undefined)
      return leaf(`"${type}"[pt${explode || !BROAD_TYPES.has(type) ? '' : ':noexp'}]`, [
        ...(type.toLowerCase() === written.toLowerCase()
          ? []
          : [
              draft(
                'approximate',
                'type-renamed',
                range,
                `PubMed calls the publication type "${written}" "${type}"`,
              ),
            ]),
        draft('exact', 'heading-type', range, `${type} is a publication type in PubMed`),
      ]);
  }
  const heading = found?.name ?? written;
  if (found === undefined && conversion.thesaurus !== undefined)
    notes.push(unknownHeading(written, range, conversion));
  const modifier = explode ? '' : ':noexp';
  const tag = `${focus ? 'majr' : 'mh'}${modifier}`;
  const subheadings = chooseSubheadings(node, notes);
  const texts =
    subheadings.length === 0 ? [`"${heading}"`] : subheadings.map((name) => `"${heading}/${name}"`);
  if (texts.length > 1 && !conversion.spend(texts.length)) texts.length = 1;
  if (notes.length === 0) notes.push(draft('exact', 'heading', range, 'the same heading in PubMed'));
  return join(
    'OR',
    texts.map((text) => leaf(`${text}[${tag}]`)),
    notes,
  );
}

/** The descriptor that is meant, noting where it has another name now. */
function lookUp(
  written: string,
  range: Range,
  conversion: Conversion,
  notes: Draft[],
): Descriptor | undefined {
  const { thesaurus } = conversion;
  if (thesaurus === undefined) return undefined;
  const same = thesaurus.byName(written);
  if (same !== undefined) return isType(same) ? undefined : same;
  const spaced = written.replace(/[-\s]+/g, ' ');
  const found =
    thesaurus.byTerm(written) ??
    thesaurus.byTerm(spaced) ??
    thesaurus.byTerm(`${written}s`) ??
    asTopic(written, thesaurus) ??
    thesaurus.similar(written, 3).find(({ name }) => wordsOf(name) === wordsOf(written));
  if (found === undefined || isType(found)) return undefined;
  notes.push(
    draft(
      'approximate',
      'heading-renamed',
      range,
      `"${written}" is "${found.name}" in MeSH${edition(conversion)}, which was taken`,
    ),
  );
  return found;
}

/** Kinds of studies got names of their own as subjects in 2008: Clinical Trials is Clinical Trials as Topic. */
function asTopic(written: string, thesaurus: Thesaurus): Descriptor | undefined {
  return findPublicationType(written) === undefined ? thesaurus.byName(`${written} as Topic`) : undefined;
}

/** Descriptors of category V only are publication types, searched with `[pt]`. */
function isType({ treeNumbers }: Descriptor): boolean {
  return treeNumbers.length > 0 && treeNumbers.every((number) => number.startsWith('V'));
}

function publicationTypeOf(written: string, conversion: Conversion): string | undefined {
  const type = findPublicationType(written);
  if (type === undefined || type.retired !== undefined) return undefined;
  // Some types are headings too, of their own name: Address, Interview, Webcast.
  const descriptor = conversion.thesaurus?.byName(written);
  return descriptor === undefined || isType(descriptor) ? type.name : undefined;
}

/** The words of a heading without regard to their order, so that `lenses intraocular` is `Lenses, Intraocular`. */
function wordsOf(name: string): string {
  return name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .sort()
    .join(' ');
}

/** Whether two names have the beginning of a word in common; others make no useful suggestion. */
function sharesWord(name: string, written: string): boolean {
  const beginnings = new Set(
    wordsOf(name)
      .split(' ')
      .map((word) => word.slice(0, 4)),
  );
  return wordsOf(written)
    .split(' ')
    .some((word) => word.length > 2 && beginnings.has(word.slice(0, 4)));
}

function edition({ thesaurus }: Conversion): string {
  return thesaurus?.version === undefined ? '' : ` ${thesaurus.version}`;
}

function unknownHeading(written: string, range: Range, conversion: Conversion): Draft {
  const near = conversion.thesaurus
    ?.similar(written, 5)
    .find((descriptor) => !isType(descriptor) && sharesWord(descriptor.name, written));
  const offer = near === undefined ? 'Choose a heading that MeSH has.' : `The nearest is "${near.name}".`;
  return draft(
    'approximate',
    'heading-unknown',
    range,
    `MeSH${edition(conversion)} has no heading "${written}", so PubMed will not find it. ${offer}`,
  );
}

/** Names of the subheadings that PubMed has, noting those that were left out. */
function chooseSubheadings(node: HeadingNode, notes: Draft[]): readonly string[] {
  const names = new Set<string>();
  let lost = false;
  for (const written of node.subheadings.slice(0, 76)) {
    const now = findSubheading(written);
    const retired = now === undefined ? findRetiredSubheading(written) : undefined;
    const subheading = now ?? (retired?.now === undefined ? undefined : findSubheading(retired.now));
    if (retired !== undefined && subheading !== undefined)
      notes.push(
        draft(
          'approximate',
          'subheading-retired',
          node.range,
          `MeSH replaced the subheading ${retired.name} by ${subheading.name}, which is wider`,
        ),
      );
    if (subheading === undefined) {
      lost = true;
      notes.push(
        draft(
          'approximate',
          retired === undefined ? 'subheading-unknown' : 'subheading-retired',
          node.range,
          `MeSH has no subheading ${retired?.name ?? `"${written}"`}${retired === undefined ? '' : ' any more'}; the heading is searched with any subheading`,
        ),
      );
    } else {
      if (node.explode && !LEAVES.has(subheading.code) && retired === undefined)
        notes.push(
          draft(
            'approximate',
            'subheading-narrower',
            node.range,
            `PubMed explodes the subheading ${subheading.name} along with the heading`,
          ),
        );
      names.add(subheading.name.toLowerCase());
    }
  }
  // A heading that may have any subheading holds those that are left.
  return lost ? [] : [...names];
}
