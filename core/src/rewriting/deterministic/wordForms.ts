import { innerSpelling, irregularPlurals, keptAsWritten, singularOnS } from './spelling.ts';

/** A quick test that spares most words the long one. */
const mayBeBritish =
  /^[a-z]*(?:ae|oe|our|leuco|sulph|fibre|yre|grey|ageing|judge|fence|ctise|ilful|oul|lough|minium|cheque|lys[ei]|is[eai]|ell(?:ed|ing|er)|ogue|ogramme|res?$)[a-z]*$/;

/**
 * The key under which the forms of a word meet: American spelling, singular. `tumours`, `tumors` and `tumor` share `tumor`.
 * A key is for comparing, never for showing; `word` is in lower case.
 */
export function wordKey(word: string): string {
  return americanSpelling(singular(word));
}

/** The word in American spelling; short words and words of other alphabets stay as they are. */
export function americanSpelling(word: string): string {
  if (word.length < 5 || !mayBeBritish.test(word) || keptAsWritten.has(word)) return word;
  let spelt = word;
  for (const [pattern, replacement] of innerSpelling) spelt = spelt.replace(pattern, replacement);
  return spelt;
}

/** The singular of an English noun by rule; what is no plural, or cannot be told, stays. */
export function singular(word: string): string {
  const irregular = irregularPlurals.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length < 5 || !word.endsWith('s') || singularOnS.has(word) || !/^[a-z]+$/.test(word)) return word;
  if (/(?:ss|us|is)$/.test(word)) return word;
  if (word.endsWith('ies') && word.length > 5) return `${word.slice(0, -3)}y`;
  if (/(?:ss|x|ch|sh|zz)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}

/** The plural of an English noun by rule; a list so that a word with several could have them. */
export function plurals(word: string): readonly string[] {
  if (/[^aeiou]y$/u.test(word)) return [`${word.slice(0, -1)}ies`];
  if (word.endsWith('sis')) return [`${word.slice(0, -2)}es`];
  return [/(?:s|x|ch|sh)$/u.test(word) ? `${word}es` : `${word}s`];
}
