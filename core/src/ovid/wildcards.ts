import { MINIMUM_STEM } from '../pubmed/index.ts';
import { wordsOfShortStem } from './shortStems.ts';

/** A word or phrase spelt out for PubMed, which knows only `*`, and only behind four characters. */
export interface Spelling {
  /** What to search for instead, at least one; `*` where PubMed truncates. */
  readonly variants: readonly string[];
  readonly notes: readonly { readonly reason: string; readonly message: string }[];
}

/** No word that a person wrote has more signs than this. */
const MOST_SIGNS = 10;
/** More spellings of a word than this are not written out. */
const MOST_VARIANTS = 24;
const VOWELS = ['a', 'e', 'i', 'o', 'u', 'y'];
/** Behind a vowel a consonant is missing: pha?oemulsification. */
const CONSONANTS = ['c', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'z'];
/** Parts in front of an optional sign that stands for a hyphen or a space: `in?patient`, `meta?analysis`. */
const PREFIXES = new Set(
  (
    'in out intra extra inter meta anti non pre post co re beta alpha gamma delta multi semi self peri sub super ' +
    'micro macro mini inno pro trans bio neo over under after mid near on off web e well cross long short half'
  ).split(' '),
);
const TRUNCATION = /^(.*?)(?:[$*](\d{0,2})|:)$/s;
/** Two or more `?` at the end: so many characters at most. */
const OPTIONAL_END = /^(.*?[^?])(\?{2,})$/s;
/** Words that searchers write with a sign in the middle, by the letters on both sides of it, and the letters that they mean. */
const KNOWN_LETTERS: Readonly<Record<string, readonly string[]>> = {
  'wom n': ['a', 'e'],
  'gr y': ['a', 'e'],
  'ag ing': ['', 'e'],
  'o dema': ['e'],
  'o strogen': ['e'],
};

/**
 * Spells out Ovid's wildcards: `$`, `*` and `:` (any ending), `$3` (at most three more characters), `#` (one character) and `?`
 * (one or none). Where what they stand for is finite and known (British and American spellings, plurals) it is listed; else PubMed's
 * `*` stands in if four characters precede it, and the note says that it finds more.
 * @param before characters other than spaces that precede the word in its phrase
 */
export function spellWord(word: string, before: number): Spelling {
  const notes = new Map<string, string>();
  const note = (reason: string, message: string): void => void notes.set(reason, message);
  let rest = word;
  if (/^[$*:?#]+[\p{L}\p{N}]/u.test(rest)) {
    rest = rest.replace(/^[$*:?#]+/, '');
    note('left-truncation', `neither Ovid nor PubMed truncates on the left; "${word}" became "${rest}"`);
  }
  const firstSign = rest.search(/[$*:?#]/);
  if (firstSign >= 0 && (rest.match(/[$*:?#]/g)?.length ?? 0) > MOST_SIGNS) {
    note(
      'wildcard-many',
      `"${rest.slice(0, 40)}…" has more than ${MOST_SIGNS} wildcards; it was cut at the first`,
    );
    rest = firstSign === 0 ? rest.replace(/[$*:?#]+/g, '') : `${rest.slice(0, firstSign)}*`;
  }
  const truncation = TRUNCATION.exec(rest);
  const optional = truncation === null ? OPTIONAL_END.exec(rest) : null;
  const written = truncation?.[2] ?? '';
  const limit = optional?.[2]?.length ?? (written === '' ? undefined : Number(written));
  const isTruncated = truncation !== null || optional !== null;
  let stem = (truncation?.[1] ?? optional?.[1] ?? rest).replace(/[$*:]+$/, '');
  if (isTruncated) stem = stem.replace(/\?+$/, '');
  let variants = spellInside(stem, before, isTruncated, note);
  if (isTruncated) variants = truncate(variants, limit, before, word, note);
  return {
    variants: [...new Set(variants)],
    notes: [...notes].map(([reason, message]) => ({ reason, message })),
  };
}

type Note = (reason: string, message: string) => void;

/** Characters of a stem that PubMed counts. */
function lengthOf(text: string): number {
  return [...text.replace(/\s+/g, '')].length;
}

/** Wildcards within a word, and `?` or `#` at its end. */
function spellInside(stem: string, before: number, isTruncated: boolean, note: Note): string[] {
  let variants = [''];
  for (let at = 0; at < stem.length; at++) {
    const character = stem.charAt(at);
    const isLast = at === stem.length - 1;
    const between = `${stem.slice(0, at)} ${stem.slice(at + 1)}`.toLowerCase();
    const letters = character === '$' || character === '*' ? KNOWN_LETTERS[between] : undefined;
    if (letters !== undefined) {
      note(
        'wildcard-listed',
        `"${stem}": the likely spellings are listed, since PubMed has no sign within a short word`,
      );
      variants = choose(variants, letters, { character, before, stem, note, isLast: false });
    } else if (character === '$' || character === '*') {
      // Digits behind a `$` within a word are Ovid's limit.
      variants = variants.map((variant) => star(variant, before, stem, note));
    } else if (character === '?' || character === '#') {
      const left = stem.slice(0, at).replace(/[?#$*]/g, '');
      const right = stem.slice(at + 1);
      const choices =
        isLast && !isTruncated ? endChoices(left, character) : insideChoices(left, right, character);
      variants = choose(variants, choices, { character, before, stem, note, isLast });
    } else variants = variants.map((variant) => variant + character);
  }
  return variants;
}

/** PubMed's own star within a word, or a space where fewer than four characters precede it. */
function star(variant: string, before: number, stem: string, note: Note): string {
  if (variant.endsWith('*')) return variant;
  if (before + lengthOf(variant) >= MINIMUM_STEM || variant.includes('*')) return `${variant}*`;
  note('short-stem', `PubMed truncates behind four characters or more; in "${stem}" the sign became a space`);
  return `${variant} `;
}

interface Choosing {
  readonly character: string;
  readonly before: number;
  readonly stem: string;
  readonly note: Note;
  readonly isLast: boolean;
}

function choose(
  variants: readonly string[],
  choices: readonly string[] | undefined,
  context: Choosing,
): string[] {
  const { character, before, stem, note, isLast } = context;
  const letters = /[aeiouy]$/i.test(variants[0] ?? '') ? CONSONANTS : VOWELS;
  // Greek words lose their h: at?eroid, r?eumatic.
  const optional = /[cprt]$/i.test(variants[0] ?? '') ? ['', ...letters, 'h'] : ['', ...letters];
  const several = choices ?? (character === '?' ? optional : letters);
  const stemLength = before + lengthOf(variants[0] ?? '');
  if (choices === undefined && stemLength >= MINIMUM_STEM) {
    note(
      'wildcard-star',
      `"${stem}": ${nameOf(character)} became *, which stands for any number of characters`,
    );
    return variants.map((variant) => (variant.endsWith('*') ? variant : `${variant}*`));
  }
  if (variants.length * several.length > MOST_VARIANTS) {
    note('wildcard-many', `"${stem}" stands for too many spellings; only some are listed`);
    const [first = ''] = several;
    return variants.map((variant) => variant + first);
  }
  if (choices === undefined)
    note(
      'wildcard-listed',
      `"${stem}": the likely spellings are listed, since PubMed has no sign for ${nameOf(character)}`,
    );
  else if (choices.includes(' '))
    note('wildcard-listed', `"${stem}": ${nameOf(character)} was read as nothing, a hyphen or a space`);
  else if (isLast)
    note(
      'wildcard-plural',
      `"${stem}" became the word and its plural, since PubMed has no sign for ${nameOf(character)}`,
    );
  return variants.flatMap((variant) => several.map((choice) => variant + choice));
}

function nameOf(character: string): string {
  return character === '?' ? 'one character or none (?)' : 'exactly one character (#)';
}

/** The end of a word: mostly a plural; behind i or y (`randomi?`) anything may follow. */
function endChoices(left: string, character: string): readonly string[] | undefined {
  if (/(?:i|[^aeiou]y)$/i.test(left) || left === '') return undefined;
  if (/\d$/.test(left)) return undefined;
  return character === '?' ? ['', 's'] : ['s'];
}

/** Spellings that a sign within a word is known to stand for; undefined when it could be anything. */
function insideChoices(left: string, right: string, character: string): readonly string[] | undefined {
  if (character === '?') return optionalChoices(left, right);
  if (left.endsWith('m') && right.startsWith('n')) return ['a', 'e'];
  // `#` stands for exactly one character: what `?` may stand for, but for nothing and the space.
  const letters = optionalChoices(left, right)?.filter((choice) => choice.trim() !== '') ?? [];
  return letters.length > 0 ? letters : undefined;
}

function optionalChoices(left: string, right: string): readonly string[] | undefined {
  const word = left.toLowerCase();
  const rest = right.toLowerCase();
  const previous = word.slice(-1);
  const following = rest.slice(0, 1);
  const known = KNOWN_LETTERS[`${word} ${rest}`];
  if (known !== undefined) return known;
  if (/[iy]$/.test(word) && /[aei]/.test(following)) return ['s', 'z'];
  // V?Q is VQ or V/Q, which PubMed reads as two words.
  if (PREFIXES.has(word) || /^\p{Lu}{1,2}$/u.test(left)) return ['', ' '];
  // o?edema is a slip for ?edema, which Ovid does not take: nothing but oedema fits.
  if (word === 'o' && following === 'e') return [''];
  const ligature = /[^aeiouy]$/.test(word) && following === 'e' ? ligatureChoices(word, rest) : undefined;
  if (ligature !== undefined) return ligature;
  if (previous === 'o' && following === 'r') return ['', 'u'];
  if (previous === 'e' && following === 'd') return ['', 'e'];
  if (previous === following && /[lmnpst]/.test(previous)) return ['', previous];
  // labelled, travelling, programme, biassed: the British double consonant.
  if (/[lmnpst]/.test(previous) && /^(?:e(?:[drs]|$)|ing)/.test(rest) && word.length >= 4)
    return ['', previous];
  return undefined;
}

/** The British ae and oe behind a consonant: h?emorrhage, an?esthesia, diarrh?ea, f?etus, isch?emia, man?euver, hom?eopathy. */
function ligatureChoices(word: string, rest: string): readonly string[] | undefined {
  if (word.endsWith('rrh') || rest.startsWith('eu')) return ['', 'o'];
  if (rest.startsWith('eo')) return /[lh]$/.test(word) ? ['', 'a'] : ['', 'o'];
  if (word === 'f') return ['', 'a', 'o'];
  if (/^e[mc]/.test(rest)) return ['', 'a'];
  if (/^(?:|ortho|encyclo)p$/.test(word) && rest.startsWith('ed')) return ['', 'a'];
  if (word.endsWith('op') && rest.startsWith('en')) return ['', 'a'];
  if (/^(?:an|c)$/.test(word) && rest.startsWith('es')) return ['', 'a'];
  if ((word === 'c' && rest.startsWith('el')) || (word === 'am' && rest.startsWith('eb'))) return ['', 'o'];
  return undefined;
}

/** Adds the truncation at the end of the word. */
function truncate(
  variants: readonly string[],
  limit: number | undefined,
  before: number,
  word: string,
  note: Note,
): string[] {
  if (limit === 1) {
    note('limited-truncation', `"${word}" (at most one more character) became the word and its plural`);
    return variants.flatMap((variant) => [variant, `${variant}s`]);
  }
  if (limit !== undefined)
    note('limited-truncation', `"${word}" (at most ${limit} more characters) became *, which has no limit`);
  return variants.flatMap((variant) => {
    if (variant === '' || variant.endsWith('*')) return [variant];
    if (variant.includes('*') || before + lengthOf(variant) >= MINIMUM_STEM) return [`${variant}*`];
    const known = wordsOfShortStem(variant);
    if (known !== undefined) {
      note(
        'short-stem',
        `PubMed ignores a * behind fewer than four characters; for "${word}" the usual words are listed, other endings are lost`,
      );
      return known;
    }
    note(
      'short-stem',
      `PubMed ignores a * behind fewer than four characters; "${word}" became the word and its plural, so other endings are lost`,
    );
    return /[^s]$/i.test(variant) && /\p{L}$/u.test(variant) ? [variant, `${variant}s`] : [variant];
  });
}
