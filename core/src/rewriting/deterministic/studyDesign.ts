import { DocSet } from '../../corpus/index.ts';
import type { Thesaurus } from '../../mesh/index.ts';
import type { Feature } from './feature.ts';
import { mentionsIn } from './conceptMatching.ts';
import type { Topic } from './topic.ts';
import type { Vocabulary } from './vocabulary.ts';
import { fieldTerm } from './vocabulary.ts';

/** A kind of study by which records are weighed, whatever they are about. */
export interface StudyDesign {
  /** Its words as a search block, `kind: 'design'`. */
  readonly feature: Feature;
  /** Log odds of being relevant for a record that has the words, beside one that has not; negative for kinds that reviews leave out. */
  readonly logOdds: number;
}

/** A kind of study as data. The words are those of methodological filters that librarians use, kept to what titles and abstracts say. */
interface Kind {
  readonly name: string;
  readonly terms: readonly (readonly [field: 'tiab' | 'ti', text: string])[];
  readonly logOdds: number;
}

const tiab = (texts: string): Kind['terms'] => texts.split(', ').map((text) => ['tiab', text] as const);
const ti = (texts: string): Kind['terms'] => texts.split(', ').map((text) => ['ti', text] as const);

/** After the Cochrane highly sensitive search strategy for randomised trials (Cochrane Handbook, chapter 4). */
const trials: Kind = {
  name: 'controlled trials',
  terms: tiab('random*, placebo*, trial, trials, double blind*, crossover'),
  logOdds: 1,
};
/** After the filters for diagnostic test accuracy of Haynes & Wilczynski (BMJ 2004; 328: 1040). */
const accuracy: Kind = {
  name: 'diagnostic accuracy',
  terms: [
    ...tiab('sensitivity, specificity, accuracy, predictive value*, likelihood ratio*, receiver operating'),
    ...ti('diagnos*, detect*'),
  ],
  logOdds: 1,
};
/** What reviews of primary studies in people leave out. Its absence is preferred in the ranking; it never becomes a NOT. */
const unwanted: readonly Kind[] = [
  {
    name: 'reviews',
    terms: [...ti('review, meta analysis, overview'), ...tiab('systematic review')],
    logOdds: -0.5,
  },
  { name: 'case reports', terms: [...tiab('case report*'), ...ti('a case of, case series')], logOdds: -1.2 },
  { name: 'animals', terms: tiab('rat, rats, mice, mouse, dog, dogs, rabbit*, in vitro'), logOdds: -1 },
];

const asksForAccuracy = /\b(?:diagnos\w*|detect\w*|accura\w*|tests?|testing|imaging|scans?|screening)\b/iu;
const asksForTrials =
  /\b(?:drugs?|therap\w+|treat\w*|efficacy|effective\w*|manag\w+|prevent\w*|intervention\w*|randomi[sz]ed|trials?|surg\w+|vaccin\w+)\b/iu;
/** Reviews of what befalls people rather than of what is done for them. */
const asksForOthers =
  /\b(?:prevalence|incidence|risk factors?|epidemiolog\w*|prognos\w*|predict\w*|exposures?|associations?|aetiolog\w*|etiolog\w*|experiences?|attitudes?|qualitative|validity|reliability|costs?)\b/iu;
/** Trees of MeSH that stand for what is done: drugs, hormones, pharmacological actions, therapeutics, operations. */
const treatments = /^(?:D0[2-69]|D2[67]|E02|E04)/u;

/** A wanted kind must have so large a share of the head, or the topic does not mean it after all. */
const leastOfHead = 0.2;
/** An unwanted kind with so large a share of the head is what the topic is about: rodents, systematic reviews. */
const mostOfHead = 0.35;

/**
 * The kinds of study that the topic asks for, by its words, and those that reviews leave out; in both cases only where the head of the ranking
 * by content bears it out. Nothing is asked of a record but its words: whether it is indexed plays no part.
 */
export function studyDesigns(
  topic: Topic,
  head: readonly number[],
  vocabulary: Vocabulary,
  thesaurus: Thesaurus | undefined,
): readonly StudyDesign[] {
  const designs: StudyDesign[] = [];
  const consider = (kind: Kind, fits: (share: number) => boolean): void => {
    const feature = featureOf(kind, vocabulary);
    if (fits(head.filter((doc) => feature.docs.has(doc)).length / Math.max(1, head.length)))
      designs.push({ feature, logOdds: kind.logOdds });
  };
  for (const kind of unwanted) consider(kind, (share) => share < mostOfHead);
  // Where the head is about animals or reviews, filters for studies in people are beside the point.
  const wanted = designs.length === unwanted.length ? wantedKind(topic, thesaurus) : undefined;
  if (wanted !== undefined) consider(wanted, (share) => share >= leastOfHead);
  return designs;
}

function wantedKind({ title }: Topic, thesaurus: Thesaurus | undefined): Kind | undefined {
  if (asksForAccuracy.test(title)) return accuracy;
  if (asksForOthers.test(title)) return undefined;
  const isTreatment = (): boolean =>
    thesaurus !== undefined &&
    mentionsIn(title, thesaurus).some(({ descriptor }) =>
      descriptor.treeNumbers.some((number) => treatments.test(number)),
    );
  return asksForTrials.test(title) || isTreatment() ? trials : undefined;
}

const known = new WeakMap<Vocabulary, Map<Kind, Feature>>();

function featureOf(kind: Kind, vocabulary: Vocabulary): Feature {
  const features = known.get(vocabulary) ?? new Map<Kind, Feature>();
  known.set(vocabulary, features);
  let feature = features.get(kind);
  if (feature === undefined) {
    const { index } = vocabulary;
    const docs = new DocSet(index.documentCount);
    const terms: string[] = [];
    for (const [field, text] of kind.terms) {
      docs.addAll(index.docsOfTerm(field, text));
      terms.push(fieldTerm(text, field));
    }
    feature = { kind: 'design', name: kind.name, source: 'topic', terms, docs, count: docs.count() };
    features.set(kind, feature);
  }
  return feature;
}
