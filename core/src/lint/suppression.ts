import { editDistance, fix, LineIndex } from '../text/index.ts';
import type { Comment } from '../strategy/index.ts';
import type { Fix, Problem, Range } from '../text/index.ts';
import type { LintRule, Report } from './family.ts';

/** What is wrong with the comments that switch rules off. */
export const suppressionRules = [
  {
    id: 'unknown-suppression',
    level: 'information',
    category: 'comments',
    reason: 'A comment that names no rule of Querent switches nothing off.',
  },
  {
    id: 'unneeded-suppression',
    level: 'hint',
    category: 'comments',
    reason: 'A comment that switches off what is not reported hides the next real finding.',
  },
] as const satisfies readonly LintRule[];

/** Rules that one comment names. */
const MAXIMUM_NAMES = 200;
/** Similar names that are sought in one document. */
const MAXIMUM_SEARCHES = 100;
const DIRECTIVE = /^(?:\/\/|--|\/\*)\s*querent-disable-(line|next-line|file)\b[:\s]*([\w\s,-]*)/;

/** A rule that a comment switches off; `*` for all. */
interface Entry {
  readonly rule: string;
  /** The name in the comment; the whole comment for `*`. */
  readonly range: Range;
  readonly comment: Comment;
  used: boolean;
}

/**
 * Which problems comments (in SQL with `--`) switch off: `// querent-disable-line RULE, RULE` on its own line of text,
 * `// querent-disable-next-line RULE` on the line below, `// querent-disable-file RULE` everywhere. Without a rule all are meant,
 * except for a whole file.
 */
export class Suppressions {
  readonly #index: LineIndex | undefined;
  readonly #byLine = new Map<number, Entry[]>();
  readonly #everywhere = new Map<string, Entry[]>();
  readonly #all: Entry[] = [];
  /** How many rules each comment names. */
  readonly #names = new Map<Comment, number>();
  readonly #withoutRule: Comment[] = [];
  /** What comments begin with. */
  readonly #mark: string;

  /**
   * @param text the text that the ranges of comments and problems count in
   * @param mark what comments of the language begin with
   */
  constructor(text: string, comments: readonly Comment[], mark = '//') {
    this.#mark = mark;
    const directives = comments.flatMap((comment) => {
      const match = comment.text.includes('querent-disable') ? DIRECTIVE.exec(comment.text) : null;
      return match === null
        ? []
        : [{ comment, scope: match[1], names: match[2] ?? '', length: match[0].length }];
    });
    if (directives.length === 0) return;
    this.#index = new LineIndex(text);
    for (const { comment, scope, names, length } of directives) {
      const from = comment.range.start + length - names.length;
      const entries: Entry[] = [...names.matchAll(/[\w-]+/g)]
        .slice(0, MAXIMUM_NAMES)
        .map(({ 0: rule, index }) => ({
          rule,
          range: { start: from + index, end: from + index + rule.length },
          comment,
          used: false,
        }));
      if (scope === 'file') {
        if (entries.length === 0) this.#withoutRule.push(comment);
        for (const entry of entries)
          this.#everywhere.set(entry.rule, [...(this.#everywhere.get(entry.rule) ?? []).slice(0, 9), entry]);
      } else {
        if (entries.length === 0) entries.push({ rule: '*', range: comment.range, comment, used: false });
        const line = this.#index.positionAt(comment.range.start).line + (scope === 'next-line' ? 1 : 0);
        this.#byLine.set(line, [...(this.#byLine.get(line) ?? []), ...entries]);
      }
      this.#names.set(comment, entries.length);
      for (const entry of entries) this.#all.push(entry);
    }
  }

  /** Whether any comment switches anything off; without one there is nothing to ask. */
  get isEmpty(): boolean {
    return this.#index === undefined;
  }

  /** Whether a comment switches `problem` off. Remembers which comments did something. */
  has(problem: Problem): boolean {
    if (this.#index === undefined) return false;
    const ofLine = this.#byLine.get(this.#index.positionAt(problem.range.start).line) ?? [];
    let found = false;
    for (const entry of ofLine) {
      if (entry.rule !== '*' && entry.rule !== problem.rule) continue;
      entry.used = true;
      found = true;
    }
    for (const entry of this.#everywhere.get(problem.rule) ?? []) {
      entry.used = true;
      found = true;
    }
    return found;
  }

  /**
   * Reports names that are no rule, and comments that switched nothing off. To be called when `has` has seen every problem.
   * @param levelOf the level of a rule, undefined for an unknown one: what is off cannot be needed
   */
  check(levelOf: (rule: string) => string | undefined, names: readonly string[], report: Report): void {
    for (const { range } of this.#withoutRule)
      report(
        'unknown-suppression',
        range,
        `Name the rules to switch off in the whole file: ${this.#mark} querent-disable-file RULE.`,
      );
    let searches = MAXIMUM_SEARCHES;
    for (const entry of this.#all) {
      const { rule, range, used } = entry;
      const level = rule === '*' ? 'hint' : levelOf(rule);
      if (level === undefined) {
        const near = searches-- > 0 ? nearest(rule, names) : undefined;
        const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
        const fixes =
          near === undefined ? [] : [fix(`Change to ${near}`, true, [range.start, range.end, near])];
        report('unknown-suppression', range, `Querent has no rule "${rule}".${hint}`, [
          ...fixes,
          this.#removal(entry),
        ]);
      } else if (!used && level !== 'off' && !rule.endsWith('-suppression')) {
        const what = rule === '*' ? 'There is nothing to switch off here' : `"${rule}" is not reported here`;
        report('unneeded-suppression', range, `${what}. Remove this.`, [this.#removal(entry)]);
      }
    }
  }

  /** Takes one name out of its comment, or the comment when it is the only one. */
  #removal({ comment, range, rule }: Entry): Fix {
    const others = (this.#names.get(comment) ?? 1) > 1;
    if (!others) return fix('Remove the comment', false, [comment.range.start, comment.range.end, '']);
    const { text } = comment;
    let start = range.start - comment.range.start;
    let end = range.end - comment.range.start;
    const behind = /^\s*,\s*/.exec(text.slice(end))?.[0].length ?? 0;
    if (behind > 0) end += behind;
    else while (/[\s,]/.test(text.charAt(start - 1))) start--;
    return fix(`Remove "${rule}"`, false, [comment.range.start + start, comment.range.start + end, '']);
  }
}

/** The rule that a mistyped name means, if one is close. */
function nearest(name: string, names: readonly string[]): string | undefined {
  if (name.length > 60) return undefined;
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const candidate of names) {
    const distance = editDistance(name.toLowerCase(), candidate);
    if (distance <= name.length / 3 && distance < (best?.distance ?? Infinity))
      best = { name: candidate, distance };
  }
  return best?.name;
}
