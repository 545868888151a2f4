import type { TextEdit } from './edit.ts';
import type { Range } from './range.ts';

/** How much a problem matters: an error changes or breaks the search, a hint is a matter of taste. */
export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** A mechanical correction offered for a problem. */
export interface Fix {
  /** Verb first, as in VS Code's own quick fixes: "Change [ab] to [tiab]". */
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** The one that most people want; at most one a problem. */
  readonly preferred?: boolean;
}

/** Something wrong or doubtful at a place of a text. Plain data, so that it can cross a process border. */
export interface Problem {
  /** Stable id in kebab-case, for example `unclosed-quote`; lint rules use their rule id. */
  readonly rule: string;
  readonly severity: Severity;
  /** Names the place, the cause and the way out. */
  readonly message: string;
  readonly range: Range;
  readonly fixes?: readonly Fix[];
  /** Other places of the same text that have to do with it. */
  readonly related?: readonly { readonly range: Range; readonly message: string }[];
}

/** A fix made of replacements `[start, end, newText]`. */
export function fix(
  title: string,
  preferred: boolean,
  ...edits: readonly (readonly [number, number, string])[]
): Fix {
  const list: TextEdit[] = edits.map(([start, end, newText]) => ({ range: { start, end }, newText }));
  return preferred ? { title, edits: list, preferred } : { title, edits: list };
}
