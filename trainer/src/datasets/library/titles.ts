import { naturalName } from '@querent/core/mesh';
import type { Descriptor, Thesaurus } from '@querent/core/mesh';

/** How a heading with a subheading is spoken of; `%` is the heading. What is not here is written `heading: subheading`. */
const phrases: Readonly<Record<string, string>> = {
  'administration & dosage': 'dosage of %',
  'adverse effects': 'adverse effects of %',
  'blood supply': 'blood supply of %',
  'chemically induced': 'drug-induced %',
  classification: 'classification of %',
  complications: 'complications of %',
  'diagnostic imaging': 'imaging of %',
  diagnosis: 'diagnosis of %',
  'diet therapy': 'diet therapy of %',
  'drug effects': 'effects of drugs on %',
  'drug therapy': 'drug treatment of %',
  economics: 'costs of %',
  epidemiology: 'epidemiology of %',
  etiology: 'causes of %',
  genetics: 'genetics of %',
  immunology: 'immunology of %',
  injuries: 'injuries of %',
  metabolism: 'metabolism of %',
  methods: 'methods of %',
  microbiology: 'microbiology of %',
  mortality: 'mortality in %',
  nursing: 'nursing in %',
  pathology: 'pathology of %',
  pharmacokinetics: 'pharmacokinetics of %',
  pharmacology: 'pharmacology of %',
  physiology: 'physiology of %',
  physiopathology: 'physiopathology of %',
  'prevention & control': 'prevention of %',
  psychology: 'psychological aspects of %',
  radiotherapy: 'radiotherapy of %',
  rehabilitation: 'rehabilitation in %',
  surgery: 'surgery for %',
  'therapeutic use': 'therapeutic use of %',
  therapy: 'treatment of %',
  toxicity: 'toxicity of %',
  transmission: 'transmission of %',
  transplantation: 'transplantation of %',
  trends: 'trends in %',
};

/** The first letters of the tree numbers: C diseases, F03 mental disorders, D drugs and chemicals, E procedures. */
function isA(descriptor: Descriptor | undefined, tops: readonly string[]): boolean {
  return descriptor?.treeNumbers.some((number) => tops.some((top) => number.startsWith(top))) ?? false;
}

/** What a title says of a heading, `random` choosing its name or one of its entry terms: readers of titles know no MeSH. */
function nameOf(heading: string, thesaurus: Thesaurus | undefined, random: () => number): string {
  const descriptor = thesaurus?.byName(heading);
  if (descriptor === undefined) return heading;
  // Short and capital entry terms (PET, ADE) name other things as well.
  const synonyms = descriptor.entryTerms.filter(
    (term) => term.length >= 6 && term.length <= 60 && /\p{Ll}{3}/u.test(term) && !term.includes(','),
  );
  const choice = random();
  if (synonyms.length === 0 || choice < 0.5) return naturalName(descriptor);
  return synonyms[Math.floor(random() * synonyms.length)] ?? naturalName(descriptor);
}

/** A heading with the subheading that is meant, if one is. */
export interface HeadingUse {
  readonly heading: string;
  readonly qualifier?: string;
}

/** A title as a review could have it, of one or two headings. */
export function titleOf(
  [first, second]: readonly [HeadingUse, HeadingUse?],
  thesaurus: Thesaurus | undefined,
  random: () => number,
): string {
  const spoken = ({ heading, qualifier }: HeadingUse): string => {
    const name = nameOf(heading, thesaurus, random);
    if (qualifier === undefined) return name;
    const phrase = phrases[qualifier.toLowerCase()];
    return phrase === undefined ? `${name}: ${qualifier}` : phrase.replace('%', () => name);
  };
  if (second === undefined) return capitalised(spoken(first));
  const [a, b] = [first, second].map(({ heading }) => thesaurus?.byName(heading));
  const isIllness = isA(b, ['C', 'F03']);
  const joined =
    isIllness && isA(a, ['D', 'E02', 'E04']) ? 'for' : isIllness && !isA(a, ['C', 'F03']) ? 'in' : 'and';
  return capitalised(`${spoken(first)} ${joined} ${spoken(second)}`);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
