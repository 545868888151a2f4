import type { Provenance } from '../search/index.ts';
import { code, formatTime, isLibrary, plain } from './wording.ts';

/** An estimate of what a query misses, as a report tells it. */
export interface CompletenessText {
  /** Plain text. */
  readonly title: string;
  /** As it is written. */
  readonly query: string;
  /** Why there is no estimate, in a sentence; nothing of what follows is there then. */
  readonly problem?: string;
  /** The estimate, a paragraph each. */
  readonly words?: readonly string[];
  /** What it rests on, a sentence each. */
  readonly assumptions?: readonly string[];
  /** The two searches that it is made from, in PubMed's language. */
  readonly headings?: string;
  readonly textWords?: string;
  readonly provenance?: Provenance;
  /** What the seeds say of the same question, where there are any. */
  readonly seeds?: { readonly found: number; readonly total: number };
}

const longestQuery = 4_000;

/** The estimate with its assumptions, and the searches by which anyone can repeat it, as a Markdown document. */
export function completenessReport(told: CompletenessText): string {
  const {
    title,
    query,
    problem,
    words = [],
    assumptions = [],
    headings,
    textWords,
    provenance,
    seeds,
  } = told;
  const head = [`# ${plain(title)}`, code(query, longestQuery)];
  if (problem !== undefined) return [...head, `There is no estimate: ${plain(problem)}`].join('\n\n');
  return [
    ...head,
    ...(provenance === undefined ? [] : [measured(provenance)]),
    ...words.map(plain),
    ...(seeds === undefined || seeds.total === 0
      ? []
      : [
          `Of ${seeds.total} known relevant records it finds ${seeds.found}. Where seeds are known, they say more than an estimate does.`,
        ]),
    '## What the estimate rests on',
    'It is a capture-recapture estimate (Chapman’s): as one counts fish by catching twice and looking how many are caught again.',
    ...(assumptions.length > 0 ? [assumptions.map((sentence) => `- ${plain(sentence)}`).join('\n')] : []),
    ...(headings === undefined || textWords === undefined
      ? []
      : ['## The two searches', 'By headings:', block(headings), 'By text words:', block(textWords)]),
  ].join('\n\n');
}

function measured(provenance: Provenance): string {
  const caution = isLibrary(provenance) ? ' Counts in a library do not carry over to PubMed.' : '';
  const age =
    provenance.offline === undefined ? '' : ` It cannot be reached now: ${plain(provenance.offline)}`;
  return `*Measured in ${plain(provenance.label)}, ${plain(formatTime(provenance.at))}.${age}${caution}*`;
}

/** To be copied: as a block, whatever backticks are in it. */
function block(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
