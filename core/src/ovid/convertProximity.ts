import { draft, planAt, planFields } from './context.ts';
import type { Conversion, FieldPlan } from './context.ts';
import { spellPieces } from './convertText.ts';
import type { Draft } from './notes.ts';
import { join, leaf } from './output.ts';
import type { Output } from './output.ts';
import { cleanText, tagged } from './termText.ts';
import type { ChainNode, OvidNode } from './tree.ts';

/** Pairs of words that are written out for one proximity search; more become AND. */
const MOST_PAIRS = 64;
/** Fields in which PubMed has proximity. */
const NEAR_TAGS = new Set(['ti', 'tiab', 'ad']);

/** Fields of Ovid that hold titles and abstracts. */
const TEXT_CODES = ['mp', 'tx', 'af', 'ti', 'ab', 'tw'];

/** Words and phrases of which any may stand at a place. */
interface Place {
  readonly texts: readonly string[];
  readonly notes: readonly Draft[];
}

/**
 * `a adj3 b` as PubMed's `"a b"[tiab:~2]`, where OR groups become all their pairs, and `a adj b` as a phrase. PubMed has no
 * truncation within proximity: such words are ANDed, which finds more.
 */
export function convertProximity(
  node: ChainNode,
  inherited: FieldPlan | undefined,
  conversion: Conversion,
  convert: (node: OvidNode, fields: FieldPlan | undefined) => Output | undefined,
): Output | undefined {
  const { range } = node;
  const plan = planAt(inherited ?? planFields(undefined, range), range);
  const places = placesOf(node, plan, conversion);
  if (places === 'many') return anded(node, inherited, convert, manyNote('too many', range));
  if (places === undefined)
    return anded(
      node,
      inherited,
      convert,
      draft(
        'approximate',
        'proximity-complex',
        range,
        'PubMed cannot combine proximity with AND, NOT, other fields or proximity inside; the parts are only ANDed, which finds more',
      ),
    );
  const notes = [
    ...node.links.flatMap((_, index) => impliedNote(node, index)),
    ...places.list.flatMap((place) => place.notes),
  ];
  if (places.list.length === 1)
    return phrases(places.list[0]?.texts ?? [], plan, [...notes, ...plan.notes], node, conversion);
  const isTruncated = places.list.some(({ texts }) => texts.some((text) => text.includes('*')));
  // adj1 is side by side in any order: phrases in both orders, which may be truncated.
  const [one, other, ...more] = places.list;
  if (isTruncated && one !== undefined && other !== undefined && more.length === 0 && isSideBySide(places)) {
    const both = [...combine([one.texts, other.texts]), ...combine([other.texts, one.texts])];
    const note = draft(
      'approximate',
      'proximity-orders',
      range,
      'adj1 became phrases in both orders; a phrase that PubMed does not know is searched as its words, which finds more',
    );
    if (both.length <= MOST_PAIRS)
      return phrases(both, plan, [...notes, ...plan.notes, note], node, conversion);
  }
  if (isTruncated)
    return alternativesAnded(places.list, plan, [
      ...notes,
      ...plan.notes,
      draft(
        'approximate',
        'proximity-truncated',
        range,
        `PubMed ignores proximity where a word is truncated, so ${describe(places.distances)} became AND, which finds more`,
      ),
    ]);
  const near = plan.tags.filter((tag) => NEAR_TAGS.has(tag));
  const tags = near.length > 0 ? near : TEXT_CODES.some((code) => plan.codes.has(code)) ? ['tiab'] : [];
  const pairs = places.list.reduce((product, { texts }) => product * texts.length, 1);
  if (tags.length === 0 || pairs > MOST_PAIRS || !conversion.spend(pairs * tags.length))
    return alternativesAnded(places.list, plan, [
      ...notes,
      ...plan.notes,
      tags.length === 0
        ? draft(
            'approximate',
            'proximity-field',
            range,
            'PubMed has proximity in [ti], [tiab] and [ad] only; the parts are ANDed, which finds more',
          )
        : manyNote(pairs, range),
    ]);
  notes.push(...fieldNotes(plan, near.length > 0, range), ...shapeNotes(places, range));
  const between = places.distances.reduce((sum, distance) => sum + Math.max(0, distance - 1), 0);
  const items: (Output | undefined)[] = tags.flatMap((tag) =>
    combine(places.list.map(({ texts }) => texts)).map((text) => leaf(`"${text}"[${tag}:~${between}]`)),
  );
  const without = near.length > 0 ? plan.tags.filter((tag) => !NEAR_TAGS.has(tag)) : [];
  if (without.length > 0) {
    items.push(alternativesAnded(places.list, { ...plan, tags: without }, []));
    notes.push(
      draft(
        'approximate',
        'proximity-field',
        range,
        `PubMed has no proximity in ${without.map((tag) => `[${tag}]`).join(', ')}; there the words are only ANDed, which finds more`,
      ),
    );
  }
  if (!coversAll(notes, range)) notes.push(draft('exact', 'proximity', range, 'the same in PubMed'));
  return join('OR', items, notes);
}

function isSideBySide({ distances }: Places): boolean {
  return distances.every((distance) => distance <= 1);
}

/** Whether a note speaks of the whole, not only of words in it. */
function coversAll(notes: readonly Draft[], { start, end }: ChainNode['range']): boolean {
  return notes.some(({ range }) => range.start <= start && range.end >= end);
}

function manyNote(pairs: number | string, range: ChainNode['range']): Draft {
  return draft(
    'approximate',
    'proximity-many',
    range,
    `${pairs} pairs of words would have to be written out; the parts are only ANDed, which finds more`,
  );
}

function describe(distances: readonly number[]): string {
  return [...new Set(distances)].map((distance) => `adj${distance}`).join(', ');
}

function fieldNotes(plan: FieldPlan, hasNear: boolean, range: ChainNode['range']): Draft[] {
  if (hasNear) return [...plan.notes];
  return [
    draft(
      'approximate',
      'proximity-field',
      range,
      'PubMed has proximity in titles and abstracts only, so headings are not searched for these words',
    ),
  ];
}

function shapeNotes({ list, distances }: Places, range: ChainNode['range']): Draft[] {
  const notes: Draft[] = [];
  if (distances.length > 1)
    notes.push(
      draft(
        'approximate',
        'proximity-chain',
        range,
        'several proximities in a row became one over all the words, with the distances added',
      ),
    );
  if (list.some(({ texts }) => texts.some((text) => /[\s-]/.test(text))))
    notes.push(
      draft(
        'approximate',
        'proximity-phrase',
        range,
        'within proximity PubMed does not keep the words of a phrase together',
      ),
    );
  return notes;
}

interface Places {
  readonly list: readonly Place[];
  /** The N of each `adjN` between them. */
  readonly distances: readonly number[];
  readonly isOrdered: boolean;
}

/** The places of a proximity search; parts joined by `adj` alone, which keeps the order, are one place. */
function placesOf(node: ChainNode, plan: FieldPlan, conversion: Conversion): Places | 'many' | undefined {
  const list: Place[] = [];
  const distances: number[] = [];
  for (const [index, operand] of node.operands.entries()) {
    const place = placeOf(operand, plan, conversion);
    if (place === undefined) return undefined;
    const link = node.links[index - 1];
    const before = list.at(-1);
    if (link === undefined || before === undefined) list.push(place);
    else if (link.distance === undefined) {
      if (before.texts.length * place.texts.length > MOST_PAIRS) return 'many';
      if (!conversion.spend(before.texts.length * place.texts.length)) return undefined;
      list[list.length - 1] = {
        texts: combine([before.texts, place.texts]),
        notes: [...before.notes, ...place.notes],
      };
    } else {
      list.push(place);
      distances.push(link.distance);
    }
  }
  return { list, distances, isOrdered: distances.length === 0 };
}

function placeOf(node: OvidNode, plan: FieldPlan, conversion: Conversion): Place | undefined {
  if (node.kind === 'text') {
    if (node.fields !== undefined && !sameFields(node.fields.codes, plan)) return undefined;
    const { texts, notes } = spellPieces(node.pieces, node.range, conversion);
    return texts.length === 0 ? undefined : { texts, notes };
  }
  if (node.kind === 'group')
    return node.fields === undefined || sameFields(node.fields.codes, plan)
      ? placeOf(node.inner, plan, conversion)
      : undefined;
  if (node.kind !== 'chain') return undefined;
  if (node.links.every(({ operator }) => operator === 'or')) {
    const places = node.operands.map((operand) => placeOf(operand, plan, conversion));
    if (!places.every((place) => place !== undefined)) return undefined;
    return {
      texts: [...new Set(places.flatMap(({ texts }) => texts))],
      notes: places.flatMap(({ notes }) => notes),
    };
  }
  const inner = node.links.every(({ operator, distance }) => operator === 'adj' && distance === undefined)
    ? placesOf(node, plan, conversion)
    : undefined;
  return inner !== 'many' && inner?.isOrdered === true ? inner.list[0] : undefined;
}

function sameFields(codes: readonly string[], plan: FieldPlan): boolean {
  return codes.length === plan.codes.size && codes.every((code) => plan.codes.has(code));
}

/** Every way to take one of each list, in a row. */
function combine(lists: readonly (readonly string[])[]): string[] {
  return lists.reduce<string[]>(
    (rows, list) => rows.flatMap((row) => list.map((text) => (row === '' ? text : `${row} ${text}`))),
    [''],
  );
}

function phrases(
  texts: readonly string[],
  plan: FieldPlan,
  notes: readonly Draft[],
  node: ChainNode,
  conversion: Conversion,
): Output | undefined {
  if (!conversion.spend(texts.length * plan.tags.length)) return undefined;
  const clean = texts.map(cleanText);
  return join(
    'OR',
    plan.tags.flatMap((tag) => clean.map((text) => leaf(tagged(text, tag, tag === 'all')))),
    coversAll(notes, node.range)
      ? notes
      : [...notes, draft('exact', 'adjacent', node.range, 'a phrase in PubMed')],
  );
}

function alternativesAnded(
  list: readonly Place[],
  plan: FieldPlan,
  notes: readonly Draft[],
): Output | undefined {
  return join(
    'AND',
    list.map(({ texts }) =>
      join(
        'OR',
        plan.tags.flatMap((tag) => texts.map((text) => leaf(tagged(text, tag, tag === 'all')))),
      ),
    ),
    notes,
  );
}

function anded(
  node: ChainNode,
  fields: FieldPlan | undefined,
  convert: (node: OvidNode, fields: FieldPlan | undefined) => Output | undefined,
  note: Draft,
): Output | undefined {
  return join(
    'AND',
    node.operands.map((operand) => convert(operand, fields)),
    [note],
  );
}

/** Tells that two parts stood side by side without an operator. */
export function impliedNote(node: ChainNode, index: number): Draft[] {
  const link = node.links[index];
  if (link?.implied !== true) return [];
  const left = node.operands[index]?.range ?? node.range;
  const right = node.operands[index + 1]?.range ?? node.range;
  const how =
    link.operator === 'adj'
      ? 'they were read as words side by side, as Ovid does'
      : `${link.operator.toUpperCase()} was put`;
  return [
    draft(
      'approximate',
      'operator-missing',
      { start: left.start, end: right.end },
      `there is no operator between two parts; ${how}`,
    ),
  ];
}
