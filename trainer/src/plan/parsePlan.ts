import { LineCounter, parse, parseDocument } from 'yaml';
import { findingsOf } from './issues.ts';
import { resolvePaths } from './paths.ts';
import type { PathContext } from './paths.ts';
import { located } from './problem.ts';
import type { Finding, Place, PlanProblem } from './problem.ts';
import { rulesOf } from './rules/index.ts';
import type { TaskFacts } from './rules/index.ts';
import { planSchema } from './schema.ts';
import type { Plan } from './schema.ts';

/** A value that is set from outside, in place of what the file says: `--set ppo.clip=0.1`. */
export interface Setting {
  readonly place: Place;
  readonly value: unknown;
}

/** What a plan is read with. */
export interface ParseOptions extends PathContext {
  readonly settings?: readonly Setting[];
  /** The tasks that there are; the built-in ones when it is missing. */
  readonly tasks?: ReadonlyMap<string, TaskFacts>;
}

/** A plan as far as it could be read, and everything that was found. */
export interface ParsedPlan {
  /** Missing when there is any error. */
  readonly plan?: Plan;
  readonly problems: readonly PlanProblem[];
}

/** Aliases that a plan may have: few are of use, and many are how a small file grows without end. */
const mostAliases = 100;

/**
 * Reads a plan and finds all that is wrong with it: first with its form (YAML, keys, types, ranges), then with what its values say together.
 * Never throws.
 */
export function parsePlan(text: string, options: ParseOptions): ParsedPlan {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0)
    return {
      problems: document.errors.map(({ pos, message }) => {
        const { line, col } = lines.linePos(pos[0]);
        return { severity: 'error', place: [], line, column: col, message: `this is no YAML: ${message}.` };
      }),
    };
  const outside = new Set((options.settings ?? []).map(({ place }) => JSON.stringify(place)));
  const problems = (findings: readonly Finding[]): readonly PlanProblem[] =>
    findings
      .map((finding) => {
        const problem = located(finding, document, lines);
        return outside.has(JSON.stringify(finding.place))
          ? { ...problem, line: null, column: null }
          : problem;
      })
      .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: mostAliases });
    for (const { place, value } of options.settings ?? []) raw = withValue(raw, place, value);
  } catch (error) {
    const message = `${error instanceof Error ? error.message : String(error)}.`;
    return { problems: problems([{ severity: 'error', place: [], message }]) };
  }
  const read = planSchema.safeParse(raw ?? {}, { reportInput: true });
  if (!read.success) return { problems: problems(findingsOf(read.error.issues, planSchema)) };
  const { value, findings } = resolvePaths(read.data, planSchema, options);
  const found = problems([...findings, ...rulesOf(value, options.tasks)]);
  return found.some(({ severity }) => severity === 'error')
    ? { problems: found }
    : { plan: value, problems: found };
}

/** `ppo.clip=0.1` as a setting; the value is read as YAML. Undefined where there is no key or no value that can be read. */
export function readSetting(text: string): Setting | undefined {
  const equals = text.indexOf('=');
  const key = text.slice(0, equals).trim();
  if (equals < 1 || !/^[\w-]+(?:\[\d+\])?(?:\.[\w-]+(?:\[\d+\])?)*$/u.test(key)) return undefined;
  const place = [...key.matchAll(/[\w-]+|\[(\d+)\]/gu)].map(([part, index]) =>
    index === undefined ? part : Number(index),
  );
  try {
    return { place, value: parse(text.slice(equals + 1), { maxAliasCount: 0 }) as unknown };
  } catch {
    return undefined;
  }
}

/** A copy with another value at a place; what lies between is made where it is missing or null. */
function withValue(tree: unknown, place: Place, value: unknown): unknown {
  const [part, ...rest] = place;
  if (part === undefined) return value;
  if (typeof part === 'number') {
    const list = Array.isArray(tree) ? [...(tree as unknown[])] : [];
    if (part > list.length)
      throw new RangeError(`--set: the list has ${list.length} entries, so there is no [${part}]`);
    list[part] = withValue(list[part], rest, value);
    return list;
  }
  const object = typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? tree : {};
  return { ...object, [part]: withValue((object as Record<string, unknown>)[part], rest, value) };
}
