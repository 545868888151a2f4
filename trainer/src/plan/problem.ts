import type { Document, LineCounter } from 'yaml';
import { isNode, isPair, isMap } from 'yaml';

/** Where in a plan: the keys from its root, `['ppo', 'kl', 'target']`, numbers in lists. */
export type Place = readonly (string | number)[];

/** Something about a plan. */
export interface PlanProblem {
  /** An error: the plan cannot be used. A warning: it can, and is likely not what was meant. */
  readonly severity: 'error' | 'warning';
  readonly place: Place;
  /** Of the file, from 1; null where the value is not in it (a default, or `--set`). */
  readonly line: number | null;
  readonly column: number | null;
  /** Cause and way out, one or two sentences. */
  readonly message: string;
}

/** What a check says before its place in the file is looked up. */
export type Finding = Pick<PlanProblem, 'severity' | 'place' | 'message'> & { readonly isKey?: boolean };

/** The keys of a place as they are written on command lines: `ppo.kl.target`, `sources[0]`. */
export function keyOf(place: Place): string {
  return place
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`))
    .join('');
}

/** A problem with its line and column: of the key or the value itself, else of the nearest thing above it that the file has. */
export function located(
  { severity, place, message, isKey = false }: Finding,
  document: Document,
  lines: LineCounter,
): PlanProblem {
  for (let depth = place.length; depth >= 0; depth--) {
    const offset = offsetOf(document, place.slice(0, depth), isKey && depth === place.length);
    if (offset === undefined) continue;
    const { line, col } = lines.linePos(offset);
    return { severity, place, message, line, column: col };
  }
  return { severity, place, message, line: null, column: null };
}

/** A problem for people: `plan.yaml:12:5: ppo.clip: ...`. */
export function formatProblem({ severity, place, line, column, message }: PlanProblem, file: string): string {
  const where = line === null ? file : `${file}:${line}:${column ?? 1}`;
  const key = place.length === 0 ? '' : `${keyOf(place)}: `;
  return `${where}: ${severity === 'warning' ? 'warning: ' : ''}${key}${message}`;
}

function offsetOf(document: Document, place: Place, isKey: boolean): number | undefined {
  if (isKey) {
    const parent = place.length === 1 ? document.contents : document.getIn(place.slice(0, -1), true);
    if (!isMap(parent)) return undefined;
    const pair = parent.items.find(
      (item) => isPair(item) && String(isNode(item.key) ? item.key : '') === place.at(-1),
    );
    return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const node = place.length === 0 ? document.contents : document.getIn(place, true);
  return isNode(node) ? node.range?.[0] : undefined;
}
