import { nameStems, stem } from '../../sqlSchema/index.ts';

/** A word of a question, a number, a sign of comparison, or a text in quotes in it. */
export interface QuestionWord {
  readonly text: string;
  /** In lower case. */
  readonly low: string;
  readonly stem: string;
  readonly kind: 'word' | 'number' | 'quoted' | 'sign';
  /** Whether it begins with a capital, and not because a sentence begins with it. */
  readonly isName: boolean;
  /** Number of its sentence, from 0. */
  readonly sentence: number;
  /** Whether a comma stands before it. */
  readonly isAfterComma: boolean;
}

/** `1990-2010`: from one year to the other. */
const years = /(?<![\p{L}\p{N}-])((?:1[5-9]|20)\d\d)\s?[-–]\s?((?:1[5-9]|20)\d\d)(?![\p{L}\p{N}-])/gu;

/** A day as SQL writes it. */
export const dayPattern = /^\d{4}-\d\d-\d\d$/u;

const numbers = new Map(
  'zero one two three four five six seven eight nine ten eleven twelve'
    .split(' ')
    .map((word, i) => [word, i]),
);

const pattern =
  /(?<![\p{L}\p{N}])(?:"([^"]+)"|'([^']+)'(?![\p{L}])|“([^“”]+)”|‘([^‘’]+)’(?![\p{L}])|``([^`]+?)'')|\d{4}-\d\d-\d\d(?![\p{L}\p{N}-])|(?:(?<=^|[\s(<>=])-)?(?:\d+(?:,\d{3})*(?:\.\d+)?|(?<=[\s(<>=-])\.\d+)(?![\p{L}\p{N}])|[\p{L}\p{N}]+(?:_[\p{L}\p{N}]+)*|[<>!]=|<>|[<>=]/gu;

/** Characters of a question that are read; its notes count as one. Quotes that are never closed are each looked for to the end. */
export const longestQuestion = 10_000;

/** The words of a question. Texts in quotes are one word each, and numbers up to twelve may be written out, but for `one`. */
export function wordsOf(question: string): readonly QuestionWord[] {
  let end = 0;
  let sentence = 0;
  // `the # of orders`
  const read = question
    .slice(0, longestQuestion)
    .replace(/(?<![\p{L}\p{N}])#(?=\s+of\b)/gu, 'number')
    .replace(years, '$1 to $2');
  return [...read.matchAll(pattern)].map((match, i) => {
    const between = read.slice(end, match.index);
    // `no. of` ends no sentence.
    const isNew =
      i > 0 && /[.?!](?:\s|$)/u.test(between) && !(/^\./u.test(between) && /^\p{Ll}/u.test(match[0]));
    if (isNew) sentence++;
    end = match.index + match[0].length;
    const quoted = match[5]?.trim() ?? match.slice(1).find((inside) => inside !== undefined);
    const text = quoted ?? match[0];
    const low = text.toLowerCase();
    const spelled = quoted === undefined && low !== 'one' ? numbers.get(low) : undefined;
    const kind = kindOf(text, quoted !== undefined, spelled);
    return {
      text: spelled === undefined ? (kind === 'number' ? text.replaceAll(',', '') : text) : String(spelled),
      low,
      stem: kind === 'word' ? stemOf(text) : '',
      kind,
      isName: kind === 'word' && i > 0 && !isNew && !/:/u.test(between) && /^\p{Lu}/u.test(text),
      sentence,
      isAfterComma: between.includes(','),
    };
  });
}

function stemOf(text: string): string {
  if (/^ids$/iu.test(text)) return 'id';
  return text.includes('_') ? nameStems(text).join('') : stem(text);
}

function kindOf(text: string, isQuoted: boolean, spelled: number | undefined): QuestionWord['kind'] {
  if (isQuoted) return 'quoted';
  if (spelled !== undefined || dayPattern.test(text) || /^-?(?:\d+(?:[,.]\d+)*|\.\d+)$/u.test(text))
    return 'number';
  return /^[<>!=]/u.test(text) ? 'sign' : 'word';
}

/** What is left of an English word without its ending, so that `enrolled` and `enrolment` meet, `injured` and `injuries`. Lower case. */
export function rootOf(word: string): string {
  const low = stem(word);
  if (low.length < 5) return low;
  const cut = low.replace(/(?:ational|ations?|ated|ous|ments?|ings?|ied|ers?|ors?|ions?|ed|y|e|s)$/u, '');
  return (cut.length < 4 ? low : cut).replace(/([b-df-hj-np-tv-z])\1$/u, '$1');
}
