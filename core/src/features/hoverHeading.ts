import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { code, formatCount, plain, shorten } from './wording.ts';

/** Most places in the trees that are told in words. */
const MOST_PLACES = 2;
const LONGEST_SCOPE = 300;

/** A heading: where it stands in the trees, what it covers, its entry terms. One Markdown paragraph. */
export function describeHeading(
  descriptor: Descriptor,
  written: string,
  thesaurus: Thesaurus,
  only: boolean,
): string {
  const isEntryTerm = descriptor.name.toLowerCase() !== written.trim().replace(/\s+/g, ' ').toLowerCase();
  const link = `[${plain(descriptor.name)}](https://meshb.nlm.nih.gov/record/ui?ui=${encodeURIComponent(descriptor.ui)})`;
  const narrower = thesaurus.explode(descriptor).length - 1;
  const size =
    narrower === 0
      ? 'no narrower headings'
      : `${formatCount(narrower)} narrower ${narrower === 1 ? 'heading' : 'headings'}${only ? ', left out by :noexp' : ''}`;
  return [
    isEntryTerm
      ? `An entry term of the MeSH heading ${link}, which PubMed searches · ${size}`
      : `MeSH heading ${link} · ${size}`,
    ...places(descriptor, thesaurus),
    ...scope(descriptor),
    ...history(descriptor),
    ...entryTerms(descriptor),
  ].join('  \n');
}

/** `Heart Diseases › Myocardial Ischemia › Myocardial Infarction` with the tree number, for the first places. */
function places(descriptor: Descriptor, thesaurus: Thesaurus): string[] {
  const { treeNumbers } = descriptor;
  const path = (number: string): string =>
    thesaurus
      .path(number)
      .map(({ name }) => plain(name))
      .join(' › ');
  const lines = treeNumbers.slice(0, MOST_PLACES).map((number) => `${path(number)} ${code(number)}`);
  const more = treeNumbers.length - lines.length;
  if (more > 0) lines.push(`and ${more} more ${more === 1 ? 'place' : 'places'} in the trees`);
  return lines;
}

function scope({ scopeNote }: Descriptor): string[] {
  return scopeNote === undefined || scopeNote === '' ? [] : [plain(shorten(scopeNote, LONGEST_SCOPE))];
}

function history({ introduced, previousNames = [] }: Descriptor): string[] {
  const year = introduced?.slice(0, 4);
  if (year === undefined) return [];
  const before =
    previousNames.length === 0 ? '' : `; before that ${previousNames.slice(0, 3).map(plain).join(', ')}`;
  return [`In MeSH since ${plain(year)}${before}`];
}

function entryTerms({ entryTerms: terms }: Descriptor): string[] {
  if (terms.length === 0) return [];
  const more = terms.length > 10 ? ` and ${terms.length - 10} more` : '';
  return [`Entry terms: ${terms.slice(0, 10).map(plain).join('; ')}${more}`];
}
