// One round of the suite `parse`, in a process of its own: no text that is measured has been read before in it, so nothing
// remembered can help. Prints the milliseconds of each program as one line of JSON.
//
//   node parseRound.ts even|odd
import lucene from 'lucene';
import polyglot from 'sra-polyglot';
import { lintQuery } from '@querent/core/lint';
import { parseQuery } from '@querent/core/pubmed';
import { realStrategies, realThesaurus } from '../../report/realData.ts';

/** Milliseconds of each program over one half of the strategies. */
export interface ParseRound {
  readonly characters: number;
  readonly strategies: number;
  readonly parse: number;
  readonly parseAndLint: number;
  readonly parseAndLintWithMesh: number | undefined;
  readonly polyglot: number;
  readonly polyglotRejected: number;
  readonly lucene: number;
  readonly luceneRejected: number;
  /** On those that the Lucene parser accepts: its milliseconds, and those of our parsing and checking. */
  readonly luceneAccepted: number;
  readonly parseAndLintOfLuceneAccepted: number;
}

/** Passes over the other half before the clock runs, so that all programs are compiled and none has seen what is measured. */
const warmUps = 12;

const texts = realStrategies()
  .filter(({ platform }) => platform === 'pubmed')
  .map(({ query }) => query);
const rest = process.argv[2] === 'odd' ? 1 : 0;
const measured = texts.filter((_, i) => i % 2 === rest);
const others = texts.filter((_, i) => i % 2 !== rest);
const thesaurus = realThesaurus();

const programs = {
  polyglot: (text: string): unknown => polyglot.parse(text),
  lucene: (text: string): unknown => lucene.parse(text),
  parse: (text: string): unknown => parseQuery(text),
  parseAndLint: (text: string): unknown => lintQuery(parseQuery(text)),
  parseAndLintWithMesh: (text: string): unknown => lintQuery(parseQuery(text), { thesaurus }),
};

for (let i = 0; i < warmUps; i++) for (const program of Object.values(programs)) timed(program, others);

// Each half of what is measured is read by one variant of ours only once: the next takes a copy that differs by a space.
const variant = (copy: number): string[] => measured.map((text) => `${text}${' '.repeat(copy)}`);
const polyglotTime = timed(programs.polyglot, measured);
const luceneTime = timed(programs.lucene, measured);
const acceptedTexts = measured.filter((_, i) => luceneTime.accepted[i]);
const withMesh = thesaurus && timed(programs.parseAndLintWithMesh, variant(3));
const round: ParseRound = {
  characters: measured.reduce((sum, text) => sum + text.length, 0),
  strategies: measured.length,
  parseAndLint: timed(programs.parseAndLint, variant(1)).ms,
  parse: timed(programs.parse, variant(2)).ms,
  parseAndLintWithMesh: withMesh?.ms,
  polyglot: polyglotTime.ms,
  polyglotRejected: polyglotTime.accepted.filter((fine) => !fine).length,
  lucene: luceneTime.ms,
  luceneRejected: luceneTime.accepted.filter((fine) => !fine).length,
  luceneAccepted: timed(programs.lucene, acceptedTexts).ms,
  parseAndLintOfLuceneAccepted: timed(
    programs.parseAndLint,
    acceptedTexts.map((text) => `${text}    `),
  ).ms,
};
console.log(JSON.stringify(round));

function timed(
  program: (text: string) => unknown,
  all: readonly string[],
): { ms: number; accepted: readonly boolean[] } {
  const from = performance.now();
  const accepted = all.map((text) => {
    try {
      program(text);
      return true;
    } catch {
      return false;
    }
  });
  return { ms: performance.now() - from, accepted };
}
