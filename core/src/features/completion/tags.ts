import type { Thesaurus } from '../../mesh/index.ts';
import {
  fields,
  findField,
  findFilterName,
  findLanguage,
  findPublicationType,
  findSubheading,
  splitHeading,
} from '../../pubmed/index.ts';
import type { Field } from '../../pubmed/index.ts';
import { describeSpelling, otherSpellings } from '../hoverTag.ts';
import { fit, listOf } from './item.ts';
import type { Completions, Draft } from './item.ts';
import type { TagPlace } from './tagPlace.ts';

/** Tags in the order of their use in real PubMed strategies, most used first; the others follow by name. */
const BY_USE = 'tiab mh ti majr tw pt sh la dp nm au ta ot ad all filter pmid edat crdt mhda'.split(' ');
/** Distances that are offered, in words. */
const DISTANCES = [0, 1, 2, 3, 5, 10];

/** Tags behind `[`, those first that fit the term before it; modifiers behind the colon. */
export function completeTag(place: TagPlace, thesaurus: Thesaurus | undefined): Completions {
  const colon = place.typed.indexOf(':');
  if (colon >= 0) return modifiers(place, colon);
  const wanted = likelyTags(place, thesaurus);
  const order = new Map([...wanted, ...BY_USE].reverse().map((tag, index) => [tag, -index]));
  const rank = (field: Field): number => order.get(field.tag) ?? 1;
  const typed = place.typed.trim();
  const found = fields
    .map((field) => ({ field, quality: quality(field, typed) }))
    .filter(({ quality: fits }) => fits < 3)
    .sort((a, b) => a.quality - b.quality || rank(a.field) - rank(b.field));
  return listOf(found.flatMap(({ field }) => [item(place, field), ...variants(place, field, typed)]));
}

/** 0: the tag itself, 1: begins so, 2: a name or alias fits, 3: does not fit. Nothing typed fits everything alike. */
function quality({ tag, name, aliases }: Field, typed: string): number {
  if (typed === '') return 2;
  const text = typed.toLowerCase();
  if (tag === text || aliases.includes(text)) return 0;
  if (tag.startsWith(text) || name.toLowerCase().startsWith(text)) return 1;
  return [name, ...aliases].some((spelling) => fit(spelling, typed) !== undefined) ? 2 : 3;
}

/** What the term before the bracket looks like. */
function likelyTags({ term, isQuoted }: TagPlace, thesaurus: Thesaurus | undefined): string[] {
  const text = term.trim();
  if (text === '') return [];
  if (/^\d{4}(?:\/\d{1,2}){0,2}(?:\s*:\s*\d{4}(?:\/\d{1,2}){0,2})?$|^last \d+ |:\s*"?\d{4}/i.test(text))
    return ['dp', 'edat', 'crdt'];
  if (/^\d{5,8}$/.test(text)) return ['pmid'];
  if (/^NCT\d{8}$/i.test(text)) return ['si'];
  if (/^10\.\d{4,}\//.test(text)) return ['aid', 'lid'];
  if (text.includes('*')) return ['tiab', 'ti', 'tw', 'ot'];
  const isHeading = thesaurus?.byTerm(splitHeading(text).heading) !== undefined;
  const tags = [
    ...(findPublicationType(text) ? ['pt'] : []),
    ...(findLanguage(text) ? ['la', 'filter'] : []),
    ...(isHeading ? ['mh', 'majr'] : []),
    ...(findSubheading(text) ? ['sh'] : []),
    ...(findFilterName(text) && !isHeading ? ['filter'] : []),
  ];
  return tags.length > 0 || !isQuoted ? tags : ['tiab', 'ti'];
}

function item(place: TagPlace, field: Field, modifier = ''): Draft {
  const insert = place.replace;
  return {
    label: field.tag + modifier,
    description: modifier === '' ? field.name : `${field.name}, ${modifierName(modifier)}`,
    kind: 'tag',
    documentation: describe(field, modifier),
    newText: `${field.tag}${modifier}]`,
    insert,
    replace: insert,
    filterText: [field.tag + modifier, field.name, ...field.aliases].join(' '),
  };
}

function variants(place: TagPlace, field: Field, typed: string): Draft[] {
  const isMeant = typed !== '' && field.tag.startsWith(typed.toLowerCase());
  if (field.explodes && (field.tag === 'mh' || field.tag === 'majr' || isMeant))
    return [item(place, field, ':noexp')];
  if (field.proximity && canBeNear(place) && (field.tag === 'tiab' || isMeant))
    return [0, 2, 5].map((distance) => item(place, field, `:~${distance}`));
  return [];
}

/** Proximity needs quotes and two words without a star. */
function canBeNear({ term, isQuoted }: TagPlace): boolean {
  return isQuoted && !term.includes('*') && term.split(/[\s-]+/).filter((word) => word !== '').length > 1;
}

function modifiers(place: TagPlace, colon: number): Completions {
  const field = findField(place.typed.slice(0, colon));
  if (!field) return listOf([]);
  const range = { start: place.replace.start + colon + 1, end: place.replace.end };
  const typed = place.typed
    .slice(colon + 1)
    .trim()
    .toLowerCase();
  const all = [
    ...(field.explodes ? ['noexp'] : []),
    ...(field.proximity ? DISTANCES.map((n) => `~${n}`) : []),
  ];
  return listOf(
    all
      .filter((modifier) => modifier.startsWith(typed))
      .map((modifier) => ({
        ...item(place, field, `:${modifier}`),
        label: modifier,
        newText: `${modifier}]`,
        insert: range,
        replace: range,
        filterText: modifier,
      })),
  );
}

function modifierName(modifier: string): string {
  return modifier === ':noexp' ? 'without narrower headings' : `at most ${modifier.slice(2)} words between`;
}

function describe(field: Field, modifier: string): string {
  return [describeSpelling(field, modifier), otherSpellings(field)]
    .filter((line) => line !== '')
    .join('  \n');
}
