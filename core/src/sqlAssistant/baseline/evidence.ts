import { longestQuestion } from './questionWords.ts';

/** Longest meaning of an abbreviation that is put in its place, in characters. */
const longestMeaning = 80;

/** A question with the abbreviations that its notes explain written out: `ASP` where they say `ASP = average sale price`. */
export function expanded(question: string, evidence: string): string {
  let text = question.slice(0, longestQuestion);
  for (const [, short = '', meaning = ''] of evidence.slice(0, longestQuestion).matchAll(/\b([A-Z][A-Za-z0-9]{1,9})\b(?:\s*\([^)]*\))?\s*(?:=|means|refers to|stands for)\s*([^.;,\n(]+)/gu)) {
    const full = meaning.trim();
    if (full === '' || full.length > longestMeaning || /[*/'"=<>]/u.test(full)) continue;
    text = text.replace(new RegExp(`\\b${short}\\b`, 'gu'), () => full.toLowerCase());
  }
  return text;
} // prettier-ignore
