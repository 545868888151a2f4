import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './findings.ts';

/**
 * What a person who read a finding says: `true`, PubMed would not do what was written, or the syntax is broken; `false`, PubMed
 * accepts it as written.
 */
export interface Verdict {
  readonly strategy: string;
  readonly rule: string;
  readonly hash: string;
  readonly verdict: 'true' | 'false';
  readonly reason: string;
}

/** Findings with their verdicts, and what does not match. */
export interface Judged {
  readonly read: readonly (Finding & Pick<Verdict, 'verdict' | 'reason'>)[];
  readonly unread: readonly Finding[];
  /** Verdicts on what is not found any more. */
  readonly gone: readonly Verdict[];
}

/** The verdicts of `verdicts.json`. It holds no text of a strategy: ids, rules, hashes and our reasons only. */
export function readVerdicts(): readonly Verdict[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'verdicts.json'), 'utf8')) as readonly Verdict[];
}

/** Puts findings and verdicts together. */
export function judge(findings: readonly Finding[], verdicts: readonly Verdict[]): Judged {
  const known = new Map(verdicts.map((verdict) => [keyOf(verdict), verdict]));
  const found = new Set(findings.map(keyOf));
  const read: (Finding & Pick<Verdict, 'verdict' | 'reason'>)[] = [];
  const unread: Finding[] = [];
  for (const finding of findings) {
    const verdict = known.get(keyOf(finding));
    if (verdict === undefined) unread.push(finding);
    else read.push({ ...finding, verdict: verdict.verdict, reason: verdict.reason });
  }
  return { read, unread, gone: verdicts.filter((verdict) => !found.has(keyOf(verdict))) };
}

function keyOf({ strategy, rule, hash }: Pick<Verdict, 'strategy' | 'rule' | 'hash'>): string {
  return `${strategy} ${rule} ${hash}`;
}
