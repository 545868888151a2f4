import { promptOf, PromptRoom, promptTemplate } from '../../prompting/index.ts';
import type { Prompt } from '../../prompting/index.ts';
import type { Pico } from '../../strategy/index.ts';

/** The wording for further terms of an OR block. */
export const termTemplate = promptTemplate(
  'block-terms/1',
  'You suggest search terms for PubMed.',
  'Write further terms for the same concept: synonyms, spellings, abbreviations, narrower terms. One term a line, without numbers, tags, quotes or explanations.',
);

/** What is asked: an OR block that a person is writing in. */
export interface TermRequest {
  /** Terms of the block so far, without field tags; at least one. */
  readonly terms: readonly string[];
  readonly title?: string;
  readonly pico?: Pico;
  /** How many terms are wanted, 1..20. Default 5. */
  readonly k?: number;
}

const characters = 900;
const longestTerm = 60;
const mostWords = 6;

/** A short prompt, of about 300 tokens at most, for further terms of a block. The end of the block is shown where not all of it fits. */
export function buildTermPrompt({ terms, title, pico = {}, k = 5 }: TermRequest): Prompt {
  const room = new PromptRoom(characters);
  const question = title ?? [pico.population, pico.intervention].filter(Boolean).join('; ');
  const lines = [
    room.part('Terms of the block', lastOf(terms), { longest: 500 }),
    room.part('Question', question, { longest: 200, least: 20 }),
    room.line(`Terms wanted: ${Math.max(1, Math.min(20, Math.floor(k)))}`),
  ];
  return promptOf([lines[1] ?? '', lines[0] ?? '', lines[2] ?? ''], termTemplate);
}

/** The last terms that fit: those next to the cursor. */
function lastOf(terms: readonly string[]): string {
  const chosen: string[] = [];
  let left = 480;
  for (const term of [...terms].reverse()) {
    const short = term.slice(0, longestTerm);
    if (short.length + 2 > left) break;
    left -= short.length + 2;
    chosen.unshift(short);
  }
  return chosen.join('; ');
}

/**
 * The terms of an answer to {@link buildTermPrompt}, without those that are in the block already, numbering, tags, quotes, operators, and what is no term:
 * sentences, marks, records' numbers. A last line that may have been cut off is left out when the answer was.
 * @param isCut whether the answer ended at its limit rather than by itself
 */
export function readTerms(
  text: string,
  { terms, k = 5 }: Pick<TermRequest, 'terms' | 'k'>,
  isCut = false,
): readonly string[] {
  const seen = new Set(terms.map(key));
  const lines = text.slice(0, 4_000).split(/[\r\n;]+/u);
  const whole = isCut ? lines.slice(0, -1) : lines;
  const found: string[] = [];
  for (const line of whole) {
    const term = plainTerm(line);
    if (term === undefined || seen.has(key(term))) continue;
    seen.add(key(term));
    found.push(term);
    if (found.length >= k) break;
  }
  return found;
}

function plainTerm(line: string): string | undefined {
  const term = line
    .replace(/[\p{Cf}\p{Cc}]/gu, ' ')
    .trim()
    .replace(/^(?:[-*•–]|\(?\d{1,2}[.):])\s+/u, '')
    .replace(/\[[^\]]{0,40}\]\s*$/u, '')
    .replace(/^["'“”‘’]+|["'“”‘’.,]+$/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
  if ([...term].length < 2 || term.length > longestTerm || term.split(' ').length > mostWords)
    return undefined;
  if (!/\p{L}/u.test(term) || /[[\]()<>{}"“”|:=]/u.test(term) || /\b(?:AND|OR|NOT)\b/u.test(term))
    return undefined;
  return /\d{5,}/u.test(term) ? undefined : term;
}

function key(term: string): string {
  return term.toLowerCase().replace(/[\s-]+/gu, ' ').replace(/\[[^\]]*\]|["*]/gu, '').trim(); // prettier-ignore
}
