import { createHash } from 'node:crypto';
import { judgeStrategy } from '@querent/core/lint';
import type { Thesaurus } from '@querent/core/mesh';
import { parseStrategy } from '@querent/core/strategy';
import type { Problem, Range, Severity } from '@querent/core/text';
import type { RealStrategy } from './realData.ts';

/** A finding of the error level in a published strategy. */
export interface Finding {
  readonly strategy: string;
  readonly rule: string;
  readonly message: string;
  /** The place with some text around it, marked »so«. */
  readonly excerpt: string;
  /** Of the excerpt: the same as long as the rule points at the same place of the same text. */
  readonly hash: string;
}

/** What checking all strategies gave. */
export interface Checked {
  readonly findings: readonly Finding[];
  /** Findings of every level by rule: how many strategies have one, and how many there are. */
  readonly rules: ReadonlyMap<string, RuleCount>;
  /** Strategies on which checking threw, with the message: none, or a bug. */
  readonly crashes: readonly { readonly strategy: string; readonly message: string }[];
}

interface RuleCount {
  readonly severity: Severity;
  readonly strategies: number;
  readonly findings: number;
}

/** Checks each strategy as a document of its own, as it would be pasted into the editor, with every rule at its default level. */
export function checkStrategies(rows: readonly RealStrategy[], thesaurus: Thesaurus | undefined): Checked {
  const findings: Finding[] = [];
  const rules = new Map<string, RuleCount>();
  const crashes: { strategy: string; message: string }[] = [];
  for (const row of rows) {
    let problems: readonly Problem[];
    try {
      problems = judgeStrategy(parseStrategy(row.query), { thesaurus });
    } catch (error) {
      crashes.push({ strategy: row.id, message: error instanceof Error ? error.message : String(error) });
      continue;
    }
    const seen = new Set<string>();
    for (const { rule, severity, message, range } of problems) {
      const before = rules.get(rule) ?? { severity, strategies: 0, findings: 0 };
      rules.set(rule, {
        severity: before.severity,
        strategies: before.strategies + (seen.has(rule) ? 0 : 1),
        findings: before.findings + 1,
      });
      seen.add(rule);
      if (severity !== 'error') continue;
      const excerpt = excerptOf(row.query, range);
      const hash = createHash('sha256').update(excerpt).digest('hex').slice(0, 12);
      findings.push({ strategy: row.id, rule, message, excerpt, hash });
    }
  }
  return { findings, rules, crashes };
}

const AROUND = 50;
const LONGEST = 160;

function excerptOf(text: string, { start, end }: Range): string {
  const inside = text.slice(start, end);
  const shown =
    inside.length <= LONGEST
      ? inside
      : `${inside.slice(0, LONGEST / 2)} [...] ${inside.slice(inside.length - LONGEST / 2)}`;
  return `${text.slice(Math.max(0, start - AROUND), start)}»${shown}«${text.slice(end, end + AROUND)}`.replace(
    /\s+/g,
    ' ',
  );
}
