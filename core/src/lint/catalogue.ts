import type { Severity } from '../text/index.ts';
import { families } from './families.ts';
import type { LintRule } from './family.ts';
import { liveRules } from './live/index.ts';
import { measuredRules } from './measured.ts';
import { suppressionRules } from './suppression.ts';
import { sqlErrorRules } from './sqlErrors.ts';
import { sqlRules } from '../sqlLint/index.ts';
import { syntaxRules } from './syntaxRules.ts';
import { trialsRules } from './trials.ts';

/** Every id that a diagnostic can have, with its default level: the rules of all families and the problems of the parsers. */
export const ruleCatalogue: readonly LintRule[] = [
  ...syntaxRules,
  ...families.flatMap(({ rules }) => rules),
  ...trialsRules,
  ...measuredRules,
  ...liveRules,
  ...suppressionRules,
  ...sqlRules.map((rule) => ({ ...rule, category: 'sql' as const })),
  ...sqlErrorRules,
];

const byId = new Map(ruleCatalogue.map((rule) => [rule.id, rule]));

/** The rule with this id; undefined when there is none. */
export function findRule(id: string): LintRule | undefined {
  return byId.get(id);
}

type Levels = Readonly<Record<string, Severity | 'off'>> | undefined;

/** The level of a rule of this package: the setting, or else its default. */
export function levelOf(id: string, levels: Levels): Severity | 'off' {
  // Own properties only: a rule may not be called "constructor", but a setting may.
  const set = levels !== undefined && Object.hasOwn(levels, id) ? levels[id] : undefined;
  return set ?? byId.get(id)?.level ?? 'warning';
}

/** The levels of all rules of this package under one setting; asked for each query, hence remembered. */
export function allLevels(levels: Levels): ReadonlyMap<string, Severity | 'off'> {
  const key = levels ?? defaults;
  let known = remembered.get(key);
  if (known === undefined)
    remembered.set(key, (known = new Map(ruleCatalogue.map(({ id }) => [id, levelOf(id, levels)]))));
  return known;
}

const defaults: NonNullable<Levels> = {};
const remembered = new WeakMap<object, ReadonlyMap<string, Severity | 'off'>>();

/** The level of a problem that came with a severity of its own: the setting, or else that. */
export function severityOf(id: string, own: Severity, levels: Levels): Severity | 'off' {
  return (levels !== undefined && Object.hasOwn(levels, id) ? levels[id] : undefined) ?? own;
}
