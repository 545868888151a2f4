import { plain, simple, simplePattern, wildcard } from './slowText.ts';

/** A person's name in the forms in which it is looked for. */
export interface SlowName {
  /** `smith ja`. */
  readonly initials: string;
  /** `smith john a` and `john a smith`; empty where only initials are known. */
  readonly full: readonly string[];
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** Reads names in their order; those of `groups` are taken whole. */
export function readNames(names: readonly string[], groups: readonly string[] = []): SlowName[] {
  const whole = groups.map(simple);
  return names.map((name, i) => {
    const place = { isFirst: i === 0, isLast: i === names.length - 1 };
    if (whole.includes(simple(name))) return { initials: simple(name), full: [], ...place };
    const { last, given } = split(name);
    const initials = simple(
      given.map((word) => (/^\p{Lu}{1,3}$/u.test(word) ? word : (word.match(/\p{L}/u)?.[0] ?? ''))).join(''),
    )
      .split(' ')
      .join('');
    const isFull = given.some((word) => Array.from(word).length > 1 && !/^\p{Lu}{1,3}$/u.test(word));
    const first = simple(given.join(' '));
    return {
      initials: `${simple(last)} ${initials}`.trim(),
      full: isFull && simple(last) !== '' ? [`${simple(last)} ${first}`, `${first} ${simple(last)}`] : [],
      ...place,
    };
  });
}

function split(author: string): { last: string; given: string[] } {
  const name = author.trim().replace(/[\s,]+(?:Jr|Sr|II|III|IV|1st|2nd|3rd|4th)\.?$/i, '');
  const letters = (text: string): string[] =>
    text.split(/[\s.\-\u2010]+/).filter((word) => /\p{L}/u.test(word));
  if (name.includes(',')) {
    const [last = '', ...rest] = name.split(',');
    return { last, given: letters(rest.join(',')) };
  }
  const words = name.split(/\s+/).filter(Boolean);
  const end = (words.at(-1) ?? '').replace(/[.-]/g, '');
  if (words.length > 1 && /^\p{Lu}{1,3}$/u.test(end))
    return { last: words.slice(0, -1).join(' '), given: [end] };
  let from = Math.max(words.length - 1, 0);
  while (from > 1 && /^\p{Ll}/u.test(words[from - 1] ?? '')) from--;
  return { last: words.slice(from).join(' '), given: letters(words.slice(0, from).join(' ')) };
}

/** How a search for a person tells names: by initials (cut where they are not quoted), in full, by a star. */
export function nameTest(text: string, quoted: boolean, fullOnly: boolean): (name: SlowName) => boolean {
  if (text.includes('*')) {
    const test = wildcard(simplePattern(text));
    return ({ initials, full }) => (!fullOnly && test.test(initials)) || full.some((one) => test.test(one));
  }
  const key = simple(text);
  const words = key.split(' ');
  const isCut = !quoted && !fullOnly && words.length > 1 && (words.at(-1)?.length ?? 9) <= 3;
  const begins = (one: string): boolean => one === key || one.startsWith(`${key} `);
  return ({ initials, full }) =>
    (!fullOnly && (begins(initials) || (isCut && initials.startsWith(key)))) || full.some(begins);
}

/** ORCID and the like, letters and digits only. */
export function personId(text: string): string {
  const own = text
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/^[\w.]+\//, '')
    .replace(/^(?:orcid|isni|gnd)?\s*:?\s*/i, '');
  return plain(own).replace(/[^\p{L}\p{N}]/gu, '');
}
