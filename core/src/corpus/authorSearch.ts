import { keyPattern, nameKey } from './characters.ts';
import type { CitationIndex } from './citationIndex.ts';
import type { DocSet } from './docSet.ts';
import { anyKeyZone, keyZone } from './fields.ts';

/** Author positions that a field looks at, and the kinds of its values: names with initials, and names in full. */
interface PeopleField {
  readonly zones: number;
  readonly initials: string | undefined;
  readonly full: string;
}

const fields = {
  au: { zones: anyKeyZone, initials: 'au', full: 'fn' },
  fau: { zones: anyKeyZone, initials: undefined, full: 'fn' },
  '1au': { zones: 1 << keyZone.firstAuthor, initials: 'au', full: 'fn' },
  lastau: { zones: 1 << keyZone.lastAuthor, initials: 'au', full: 'fn' },
  ir: { zones: anyKeyZone, initials: 'ir', full: 'fi' },
  fir: { zones: anyKeyZone, initials: undefined, full: 'fi' },
  ed: { zones: anyKeyZone, initials: 'ed', full: 'fe' },
  ps: { zones: anyKeyZone, initials: 'ps', full: 'fp' },
} as const satisfies Record<string, PeopleField>;

/** Fields that hold names of people. */
export type AuthorField = keyof typeof fields;

/** Whether `field` holds names of people. */
export function isAuthorField(field: string): field is AuthorField {
  return Object.hasOwn(fields, field);
}

/** Longest run of letters that is read as initials. */
const mostInitials = 3;

/**
 * Searches a name: `smith` finds every Smith, `smith j` also Smith JA unless it is quoted (PubMed truncates initials), `smith ja` that
 * one, `john smith` and `smith, john` the full name where the record has it, and `*` any ending. `fau` and `fir` look at full names only.
 * Shared: do not change it.
 */
export function searchAuthor(
  index: CitationIndex,
  text: string,
  field: AuthorField,
  quoted: boolean,
): DocSet {
  return index.cached(`au|${field}|${quoted}|${text}`, () => {
    const { zones, initials, full }: PeopleField = fields[field];
    const kinds = initials === undefined ? [full] : [initials, full];
    const [first, ...rest] = patterns(text, kinds, quoted ? undefined : initials).map((pattern) =>
      index.docsWithValue(pattern, zones),
    );
    const docs = (first ?? index.docsWithValue('none:')).clone();
    for (const set of rest) docs.addAll(set);
    return docs;
  });
}

function patterns(text: string, kinds: readonly string[], truncated: string | undefined): readonly string[] {
  if (text.includes('*')) {
    const pattern = keyPattern(text, nameKey);
    return kinds.map((kind) => `${kind}:${pattern}`);
  }
  const key = nameKey(text);
  const words = key.split(' ');
  const hasInitials = words.length > 1 && (words.at(-1) ?? '').length <= mostInitials;
  return [
    ...kinds.flatMap((kind) => [`${kind}:${key}`, `${kind}:${key} *`]),
    ...(hasInitials && truncated !== undefined ? [`${truncated}:${key}*`] : []),
  ];
}
