import { partsOf, QueryTooLongError } from '../../pubmed/index.ts';
import type { QueryPart, ResolvedQuery } from '../../pubmed/index.ts';
import { printResolved } from '../../strategy/index.ts';
import { textOfPart } from '../shape/index.ts';
import { blockPlaces, isExcluded, nameOfPlace, textOfPlace } from './places.ts';
import type { Place } from './places.ts';

/** Ways in which a record comes to be found: by what indexers assigned to it, or by what its authors wrote. */
type Arm = 'headings' | 'textWords';

/** How a block takes part in the arms. */
export interface ArmBlock {
  /** For people: its first heading or term. */
  readonly name: string;
  /** Label of the line that it is, where it is one. */
  readonly label?: string;
  /**
   * `split`: into headings and text words. Else it stands in both arms as it is: a `limit` (dates, languages, publication types), what has
   * `no-headings` or `no-text-words`, or only terms that search both at once (`mixed`).
   */
  readonly part: 'split' | 'limit' | 'no-headings' | 'no-text-words' | 'mixed';
}

/** A strategy in two: searched by headings only, and by text words only. */
export interface SearchArms {
  /** Canonical text of each arm. */
  readonly headings: string;
  readonly textWords: string;
  readonly blocks: readonly ArmBlock[];
  /** Terms in neither arm, as written: they search headings and words at once, or join the two. */
  readonly leftOut: readonly string[];
  /** Whether something is taken away by NOT, from both arms. */
  readonly excludes: boolean;
}

/** Fields of what indexers assign; pa and nm are NLM's too. */
const headingFields = new Set(['mh', 'majr', 'sh', 'pa', 'nm', 'rn']);
/** Fields of authors' words. */
const textFields = new Set(['ti', 'tiab', 'ot', 'tt']);
/** Fields that search both at once, like terms without a tag. */
const mixedFields = new Set(['all', 'tw']);

/** Longest text of a line that is written out. */
const LONGEST_LINE = 100_000;

/**
 * The heading arm and the text-word arm of a query: of each block that it joins by AND, the alternatives by headings, and those by text words.
 * What NOT takes away is taken away from both.
 * @returns the arms, or, as a sentence for people, why there are none
 */
export function armsOf(query: ResolvedQuery): SearchArms | string {
  try {
    return split(query);
  } catch (error) {
    if (error instanceof QueryTooLongError) return error.message;
    throw error;
  }
}

function split(query: ResolvedQuery): SearchArms | string {
  const places = blockPlaces(query);
  const excluded = places.filter(isExcluded).map(textOfPlace);
  const texts: Record<Arm, string[]> = { headings: [], textWords: [] };
  const leftOut: string[] = [];
  const blocks = places
    .filter((place) => !isExcluded(place))
    .map((place): ArmBlock => {
      const [headings, textWords] = [project(place, 'headings'), project(place, 'textWords')];
      const part = partOf(headings, textWords);
      const whole = textOfPlace(place);
      texts.headings.push(part === 'split' ? headings.text : whole);
      texts.textWords.push(part === 'split' ? textWords.text : whole);
      if (part === 'split')
        leftOut.push(...headings.others.filter((text) => textWords.others.includes(text)));
      const { label } = place;
      return { name: nameOfPlace(place), ...(label === undefined ? {} : { label }), part };
    });
  if (!blocks.some(({ part }) => part === 'split')) return noArms(blocks);
  const joined = (arm: Arm): string =>
    [texts[arm].map((text) => `(${text})`).join(' AND '), ...excluded.map((text) => `(${text})`)].join(
      ' NOT ',
    );
  return {
    headings: joined('headings'),
    textWords: joined('textWords'),
    blocks,
    leftOut: [...new Set(leftOut)],
    excludes: excluded.length > 0,
  };
}

function noArms(blocks: readonly ArmBlock[]): string {
  const has = (part: ArmBlock['part']): boolean => blocks.some((block) => block.part === part);
  const why = has('mixed')
    ? 'its terms have no tag, or [tw] or [all], and search headings and words at once'
    : has('no-text-words')
      ? 'it has headings only'
      : has('no-headings')
        ? 'it has text words only'
        : 'it has limits only';
  return `The strategy cannot be split into headings and text words: ${why}. Give at least one block both, such as "Stroke"[mh] OR stroke[tiab].`;
}

/** What an arm takes of a part of a query. */
interface Projection {
  /** Canonical text; empty where the arm takes nothing of it. */
  readonly text: string;
  /** `own`: something of the arm is in it; `limit`: it is the same for both arms. */
  readonly kind: 'own' | 'limit' | 'none';
  /** Terms that the arm does not take, as written. */
  readonly others: readonly string[];
}

function partOf(headings: Projection, textWords: Projection): ArmBlock['part'] {
  if (headings.kind === 'own' && textWords.kind === 'own') return 'split';
  if (headings.kind === 'limit' || textWords.kind === 'limit') return 'limit';
  if (headings.kind === 'own') return 'no-text-words';
  return textWords.kind === 'own' ? 'no-headings' : 'mixed';
}

function project({ query, parts, at }: Place, arm: Arm): Projection {
  const part = parts[at];
  if (part?.kind === 'block') return projectBlock({ query, parts, at, label: undefined }, part, arm);
  const node = part?.node;
  if (node === undefined) return { text: '', kind: 'none', others: [] };
  if (node.kind === 'reference') {
    const target = query.references.get(node.label);
    if (target === undefined) return { text: '', kind: 'none', others: [`#${node.label}`] };
    return project({ query: target, parts: partsOf(target.root), at: 0, label: undefined }, arm);
  }
  const text = textOfPart(parts, at);
  const field = node.tag?.field;
  if (node.kind === 'range' || (field !== undefined && isLimit(field)))
    return { text, kind: 'limit', others: [] };
  const isOwn = field !== undefined && (arm === 'headings' ? headingFields : textFields).has(field);
  return isOwn ? { text, kind: 'own', others: [] } : { text: '', kind: 'none', others: [text] };
}

function isLimit(field: string): boolean {
  return !headingFields.has(field) && !textFields.has(field) && !mixedFields.has(field);
}

function projectBlock(place: Place, part: QueryPart & { readonly kind: 'block' }, arm: Arm): Projection {
  const children = part.children.map((at) => ({ at, own: project({ ...place, at }, arm) }));
  const others = children.flatMap(({ own }) => own.others);
  const join = (pieces: readonly string[]): string =>
    pieces.map((piece) => `(${piece})`).join(` ${part.operator} `);
  const kinds = new Set(children.map(({ own }) => own.kind));
  if (part.operator === 'OR') {
    // A limit beside terms of an arm is an alternative of its own, and no part of either.
    const wanted = kinds.has('own') ? 'own' : 'limit';
    const taken = children.filter(({ own }) => own.kind === wanted);
    if (taken.length === 0 || (wanted === 'limit' && kinds.size > 1))
      return { text: '', kind: 'none', others };
    return { text: join(taken.map(({ own }) => own.text)), kind: wanted, others };
  }
  if (part.operator === 'NOT') {
    const [from, ...rest] = children;
    if (from === undefined || from.own.kind === 'none') return { text: '', kind: 'none', others };
    // What is taken away is taken away whole, by whatever it is found.
    const text = join([from.own.text, ...rest.map(({ at }) => writtenOut(place, at))]);
    return { text, kind: from.own.kind, others: from.own.others };
  }
  // Joined from both: neither arm can take it alone, and it is left out as one.
  if (kinds.has('none')) return { text: '', kind: 'none', others: [textOfPart(place.parts, place.at)] };
  return {
    text: join(children.map(({ own }) => own.text)),
    kind: kinds.has('own') ? 'own' : 'limit',
    others,
  };
}

function writtenOut({ query, parts }: Place, at: number): string {
  return textOfPart(parts, at, (label) => {
    const target = query.references.get(label);
    return target === undefined ? `#${label}` : `(${printResolved(target, { maxLength: LONGEST_LINE })})`;
  });
}
