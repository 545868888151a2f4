import type { Tag } from '../pubmed/index.ts';

/** Fields that are searched word by word, each with those whose records it finds, too (User Guide, "Search field tags"). */
const WITHIN: ReadonlyMap<string, readonly string[]> = new Map([
  ['ti', ['ti']],
  ['ot', ['ot']],
  ['tiab', ['tiab', 'ti', 'ot']],
  ['tw', ['tw', 'tiab', 'ti', 'ot']],
  ['all', ['all', 'tw', 'tiab', 'ti', 'ot']],
]);

const AROUND: ReadonlyMap<string, readonly string[]> = new Map(
  [...WITHIN.keys()].map((field) => [
    field,
    [
      field,
      ...[...WITHIN]
        .filter(([outer, inner]) => outer !== field && inner.includes(field))
        .map(([outer]) => outer),
    ],
  ]),
);

/** The field of a term that is searched word by word, `all` without a tag; undefined for other fields. */
export function textFieldOf(tag: Tag | undefined): string | undefined {
  if (tag === undefined) return 'all';
  const { field } = tag;
  return field !== undefined && WITHIN.has(field) ? field : undefined;
}

/** Whether every record that a word finds in field `inner` is found by the same word in field `outer`. */
export function containsField(outer: string, inner: string): boolean {
  return outer === inner || WITHIN.get(outer)?.includes(inner) === true;
}

/** Fields whose records a search in `field` is part of, itself first. */
export function fieldsAround(field: string): readonly string[] {
  return AROUND.get(field) ?? [field];
}
