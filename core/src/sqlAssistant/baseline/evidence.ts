import { longestQuestion } from './questionWords.ts';

/** Longest meaning of an abbreviation that is put in its place, in characters. */
const longestMeaning = 80;

/** `Provide a query that shows`: what is asked of whom writes the statement, and not of the database. */
const preamble =
  /\b(?:provide|write|create|give|make|show|generate|need|want)\s+(?:me\s+)?an?\s+(?:sql\s+)?(?:query|statement)\s+(?:(?:that|which|to)\s+)?(?:only\s+)?(?:show|return|list|display|find|select|get|include)(?:s|ing)?\b/iu;

/** A question with the abbreviations that its notes explain written out: `ASP` where they say `ASP = average sale price`. */
export function expanded(question: string, evidence: string): string {
  let text = question.slice(0, longestQuestion);
  for (const [, short = '', meaning = ''] of evidence.slice(0, longestQuestion).matchAll(/\b([A-Z][A-Za-z0-9]{1,9})\b(?:\s*\([^)]*\))?\s*(?:=|means|refers to|stands for)\s*([^.;,\n(]+)/gu)) {
    const full = meaning.trim();
    if (full === '' || full.length > longestMeaning || /[*/'"=<>]/u.test(full)) continue;
    text = text.replace(new RegExp(`\\b${short}\\b`, 'gu'), () => full.toLowerCase());
  }
  return text.replace(preamble, 'show');
} // prettier-ignore
