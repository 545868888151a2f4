import type { Thesaurus } from '../../mesh/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import type { Fix, Problem, Range } from '../../text/index.ts';
import type { AnsweredLine } from './answers.ts';
import { Places } from './places.ts';
import type { LiveRule } from './rules.ts';
import { liveRules } from './rules.ts';

/** What the rules of this room look at: a document, all that was answered about it, and where they tell what they find. */
export interface Answers {
  readonly document: StrategyDocument;
  readonly lines: readonly AnsweredLine[];
  /** The same by label. */
  readonly byLabel: ReadonlyMap<string, AnsweredLine>;
  readonly places: Places;
  readonly thesaurus: Thesaurus | undefined;
  readonly report: (rule: LiveRule, range: Range, message: string, fixes?: readonly Fix[]) => void;
}

/** More findings than this help nobody. */
const MAXIMUM_FINDINGS = 500;
const levels = new Map(liveRules.map(({ id, level }) => [id, level]));

/** Gathers findings. What several answers say of the same place is told once: a line is sent again with every line that refers to it. */
export class Findings {
  readonly #problems = new Map<string, Problem>();

  get problems(): readonly Problem[] {
    return [...this.#problems.values()];
  }

  readonly report: Answers['report'] = (rule, range, message, fixes = []) => {
    const key = `${rule} ${range.start} ${range.end}`;
    if (this.#problems.has(key) || this.#problems.size >= MAXIMUM_FINDINGS) return;
    this.#problems.set(key, {
      rule,
      severity: levels.get(rule) ?? 'warning',
      message,
      range,
      ...(fixes.length === 0 ? {} : { fixes }),
    });
  };
}

/** What the rules are given of a document and of what was answered about it. */
export function answersAbout(
  document: StrategyDocument,
  lines: readonly AnsweredLine[],
  thesaurus: Thesaurus | undefined,
  { report }: Findings,
): Answers {
  return {
    document,
    lines,
    byLabel: new Map(lines.map((line) => [line.label, line])),
    places: new Places(document),
    thesaurus,
    report,
  };
}
