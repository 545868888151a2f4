import type { RangeNode, Tag, TermNode } from '../../pubmed/index.ts';
import { fields, findField } from '../../pubmed/index.ts';
import type { TextEdit } from '../../text/index.ts';
import { countOf, insert, replace, selectedTerms } from './parts.ts';
import type { Draft, Place, Refactoring } from './refactoring.ts';

type Term = TermNode | RangeNode;

/** `[mh]` to `[mh:noexp]` and back, in the person's own spelling of the field. */
export const toggleExplode = {
  id: 'toggleExplode',
  kind: 'refactor.rewrite',
  promise: 'lines',
  hint: 'Put the cursor on a heading, such as "Neoplasms"[mh].',
  find(place: Place) {
    const tags = tagsOf(place).filter(
      ({ field }) => field !== undefined && findField(field)?.explodes === true,
    );
    const [first] = tags;
    if (first === undefined) return [];
    const title = first.noExplode ? 'Include narrower headings' : 'Do not include narrower headings';
    const edits = tags
      .filter(({ noExplode }) => noExplode === first.noExplode)
      .map((tag) => replace(tag.range, `[${baseOf(tag)}${first.noExplode ? '' : ':noexp'}]`));
    return [
      { title: `${title} (${first.noExplode ? `[${baseOf(first)}]` : `[${baseOf(first)}:noexp]`})`, edits },
    ];
  },
} satisfies Refactoring;

/** `[mh]` to `[majr]` and back; `:noexp` stays. */
export const toggleMajor = {
  id: 'toggleMajor',
  kind: 'refactor.rewrite',
  promise: 'lines',
  hint: 'Put the cursor on a heading, such as "Neoplasms"[mh].',
  find(place: Place) {
    const tags = tagsOf(place).filter(({ field }) => field === 'mh' || field === 'majr');
    const [first] = tags;
    if (first === undefined) return [];
    const target = first.field === 'mh' ? 'majr' : 'mh';
    const edits = tags
      .filter(({ field }) => field === first.field)
      .map((tag) => replace(tag.range, `[${spelledLike(tag, target)}${tag.noExplode ? ':noexp' : ''}]`));
    const title =
      target === 'majr' ? 'Search as a major topic only' : 'Search in all records with the heading';
    return [{ title: `${title} ([${target}])`, edits }];
  },
} satisfies Refactoring;

/** Fields that are offered in menus, in this order. */
const COMMON = ['tiab', 'ti', 'tw', 'mh', 'all'];

/** Another field for the term, or for every term of the selection. */
export const changeField = {
  id: 'changeField',
  kind: 'refactor.rewrite',
  promise: 'lines',
  hint: 'Put the cursor on a term, or select several.',
  find(place: Place) {
    const terms = selectedTerms(place)
      .map(({ term }) => term)
      .filter(({ kind }) => kind === 'term');
    if (terms.length === 0) return [];
    const common = COMMON.flatMap((tag) => findField(tag) ?? []);
    const others = fields.filter((field) => !common.includes(field) && !field.date);
    return [...common, ...others].flatMap((field): Draft[] => {
      const changed = terms.filter(({ tag }) => tag?.field !== field.tag);
      if (changed.length === 0) return [];
      const which = terms.length === 1 ? '' : `${countOf(changed.length, 'term')} `;
      return [
        {
          title: `Change ${which}to [${field.tag}] (${field.name})`,
          // Made when asked for: menus look at every field with every move of a selection that may hold thousands of terms.
          get edits() {
            return changed.map((term) => withField(term, field.tag));
          },
          onCommand: !common.includes(field),
        },
      ];
    });
  },
} satisfies Refactoring;

/** Terms without their field tags: PubMed maps them by its own rules then. */
export const removeTag = {
  id: 'removeTag',
  kind: 'refactor.rewrite',
  promise: 'lines',
  onCommand: true,
  hint: 'Put the cursor on a term with a field tag, or select several.',
  find(place: Place) {
    const terms = selectedTerms(place).flatMap(({ term }) => (term.tag === undefined ? [] : [term]));
    const edits = terms.map((term) => replace(tagSpan(place, term), ''));
    if (edits.length === 0) return [];
    return [
      { title: edits.length === 1 ? 'Remove the field tag' : `Remove ${edits.length} field tags`, edits },
    ];
  },
} satisfies Refactoring;

function tagsOf(place: Place): Tag[] {
  return selectedTerms(place).flatMap(({ term }) => term.tag ?? []);
}

/** The field as written, without what stands behind its colon. */
function baseOf({ text }: Tag): string {
  const colon = text.indexOf(':');
  return (colon < 0 ? text : text.slice(0, colon)).trim();
}

/** The field `target` by its name where the tag has its own in full, by its short tag otherwise. */
function spelledLike(tag: Tag, target: string): string {
  const name = (of: string): string => findField(of)?.name ?? of;
  return baseOf(tag).toLowerCase() === name(tag.field ?? '').toLowerCase() ? name(target) : target;
}

/** Modifiers stay where the new field knows them. */
function withField({ tag, range }: Term, field: string): TextEdit {
  const target = findField(field);
  const modifier =
    tag?.noExplode === true && target?.explodes === true
      ? ':noexp'
      : tag?.proximity !== undefined && target?.proximity === true
        ? `:~${tag.proximity}`
        : '';
  const written = `[${field}${modifier}]`;
  return tag === undefined ? insert(range.end, written) : replace(tag.range, written);
}

/** The tag with the white space before it, line breaks not counted. */
function tagSpan({ document }: Place, { tag, range }: Term): { start: number; end: number } {
  let start = tag?.range.start ?? range.end;
  while (start > range.start && /[ \t]/.test(document.text.charAt(start - 1))) start--;
  return { start, end: tag?.range.end ?? range.end };
}
