import { nameKey } from './characters.ts';
import type { CitationIndex } from './citationIndex.ts';
import type { DocSet } from './docSet.ts';
import { anyKeyZone, keyZone } from './fields.ts';

/** Author fields and the author positions that they look at. */
const zones: Readonly<Record<string, number>> = {
  au: anyKeyZone,
  fau: anyKeyZone,
  '1au': 1 << keyZone.firstAuthor,
  lastau: 1 << keyZone.lastAuthor,
};

/** Longest run of letters that is read as initials. */
const mostInitials = 3;

/**
 * Searches an author name: `smith` finds every Smith, `smith j` also Smith JA unless it is quoted (PubMed truncates initials),
 * `smith ja` that one, `john smith` and `smith, john` the full name where the record has it, and `*` any ending.
 * `fau` looks at full names only.
 */
export function searchAuthor(index: CitationIndex, text: string, field: string, quoted: boolean): DocSet {
  const mask = zones[field] ?? anyKeyZone;
  const kinds = field === 'fau' ? ['fn'] : ['au', 'fn'];
  if (text.includes('*')) {
    const pattern = text
      .split('*')
      .map((part, i) => starPart(part, i > 0))
      .join('*');
    return union(
      index,
      kinds.map((kind) => index.docsWithValue(`${kind}:${pattern}`, mask)),
    );
  }
  const key = nameKey(text);
  const words = key.split(' ');
  const patterns = kinds.flatMap((kind) => [`${kind}:${key}`, `${kind}:${key} *`]);
  const hasInitials = words.length > 1 && (words.at(-1) ?? '').length <= mostInitials;
  if (!quoted && hasInitials && field !== 'fau') patterns.push(`au:${key}*`);
  return union(
    index,
    patterns.map((pattern) => index.docsWithValue(pattern, mask)),
  );
}

function starPart(part: string, isAfterStar: boolean): string {
  const key = nameKey(part);
  return (
    (isAfterStar && /^[\s,]/u.test(part) && key !== '' ? ' ' : '') +
    key +
    (/[\s,]$/u.test(part) && key !== '' ? ' ' : '')
  );
}

function union(index: CitationIndex, sets: readonly DocSet[]): DocSet {
  const [first, ...rest] = sets;
  const result = first?.clone() ?? index.docsWithValue('none:').clone();
  for (const set of rest) result.addAll(set);
  return result;
}
