import type { CitationRecord } from '@querent/core/corpus';
import type { Thesaurus } from '@querent/core/mesh';
import type { MadeTopic, MakingOptions } from './madeTopic.ts';
import type { HeadingUse } from './titles.ts';
import { titleOf } from './titles.ts';

/** Most major headings of a record that are paired: a record has a handful; one with hundreds is no citation of NLM's. */
const MOST_HEADINGS = 20;

/** Major headings of a record with their major subheadings. In MEDLINE's flat form a star at the heading holds for its subheadings. */
export function majorHeadings(mesh: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const majors = new Map<string, Set<string>>();
  for (const text of mesh) {
    if (!text.includes('*')) continue;
    const [heading = '', ...qualifiers] = text.split('/');
    const name = heading.replaceAll('*', '').trim();
    if (name === '' || (majors.size >= MOST_HEADINGS && !majors.has(name))) continue;
    const known = majors.get(name) ?? new Set<string>();
    majors.set(name, known);
    for (const qualifier of qualifiers)
      if (heading.includes('*') || qualifier.includes('*')) known.add(qualifier.replaceAll('*', '').trim());
  }
  return majors;
}

/**
 * Topics from pairs of MeSH headings: relevant is what has both as major topics. The pairs are heading and subheading, two headings, and
 * two headings of which one has a subheading.
 * @param records by document number; undefined where there is none
 */
export function headingTopics(
  records: readonly (CitationRecord | undefined)[],
  thesaurus: Thesaurus | undefined,
  { relevant: [fewest, most] }: Pick<MakingOptions, 'relevant'>,
  random: () => number,
): readonly MadeTopic[] {
  const sets = new Map<
    string,
    { readonly uses: readonly [HeadingUse, HeadingUse?]; readonly docs: number[] }
  >();
  const add = (doc: number, ...uses: readonly [HeadingUse, HeadingUse?]): void => {
    const key = uses.map((use) => [use?.heading, use?.qualifier].filter(Boolean).join('/')).join(' × ');
    const set = sets.get(key);
    if (set === undefined) sets.set(key, { uses, docs: [doc] });
    else set.docs.push(doc);
  };
  for (const [doc, record] of records.entries()) {
    const majors = [...majorHeadings(record?.mesh ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [i, [heading, qualifiers]] of majors.entries()) {
      for (const qualifier of qualifiers) add(doc, { heading, qualifier });
      for (const [j, [other]] of majors.entries()) {
        if (j > i) add(doc, { heading }, { heading: other });
        if (j !== i) for (const qualifier of qualifiers) add(doc, { heading, qualifier }, { heading: other });
      }
    }
  }
  return [...sets]
    .filter(([, { docs }]) => docs.length >= fewest && docs.length <= most)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { uses, docs }]) => {
      const [first, second] = uses;
      // Two headings have no order; which one a title begins with varies.
      const isFree = second !== undefined && first.qualifier === undefined;
      const ordered: readonly [HeadingUse, HeadingUse?] = isFree && random() < 0.5 ? [second, first] : uses;
      return { method: 'headings', key, title: titleOf(ordered, thesaurus, random), docs };
    });
}
