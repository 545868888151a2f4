import { referencesOf } from '../../strategy/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import type { Range } from '../../text/index.ts';
import { lineAt } from '../locate.ts';
import { renumbered } from '../lineNames.ts';
import { shorten } from '../wording.ts';
import { listOf } from './item.ts';
import type { Completions, Draft } from './item.ts';

const LONGEST_PREVIEW = 60;

/** Other lines to refer to, those that nothing uses yet first; none that would make a line refer to itself. */
export function completeReferences(
  document: StrategyDocument,
  line: StrategyLine | undefined,
  replace: Range,
  offset: number,
): Draft[] {
  const users = new Map<string, StrategyLine[]>();
  for (const one of document.lines) {
    for (const { label, start } of referencesOf(one)) {
      // The reference being typed is no use yet.
      if (start >= replace.start && start <= replace.end) continue;
      const list = users.get(label);
      if (list === undefined) users.set(label, [one]);
      else list.push(one);
    }
  }
  const forbidden = line === undefined ? new Set<string>() : usersOf(line.label, users);
  const typed = document.text.slice(replace.start + 1, offset);
  const offered = document.lines.filter(
    ({ label, queryRange }) =>
      !forbidden.has(label) && label.startsWith(typed) && queryRange.end > queryRange.start,
  );
  const isUsed = ({ label }: StrategyLine): boolean => users.has(label);
  return [...offered.filter((one) => !isUsed(one)), ...offered.filter(isUsed)].map(
    ({ label, queryRange }) => ({
      label: `#${label}`,
      description: shorten(document.text.slice(queryRange.start, queryRange.end), LONGEST_PREVIEW),
      kind: 'line',
      subject: { kind: 'line', label },
      newText: `#${label}`,
      insert: { start: replace.start, end: offset },
      replace,
      filterText: `#${label}`,
    }),
  );
}

/** The line itself and all that use it, directly or through others. */
function usersOf(label: string, users: ReadonlyMap<string, readonly StrategyLine[]>): Set<string> {
  const found = new Set([label]);
  for (const one of found) for (const user of users.get(one) ?? []) found.add(user.label);
  return found;
}

/** The number of a new line, as the document writes its numbers; lines to refer to where it has none. */
export function completeLineNumber(document: StrategyDocument, replace: Range, offset: number): Completions {
  const numbered = document.lines.filter((line) => line.numbered && line.labelRange.start !== replace.start);
  const last = numbered.findLast(({ labelRange }) => labelRange.start < replace.start);
  if (numbered.length === 0 && document.lines.some(({ queryRange }) => queryRange.end < replace.start))
    return listOf(completeReferences(document, lineAt(document, offset), replace, offset));
  const highest = numbered.reduce((most, { label }) => Math.max(most, Number(label)), 0);
  const written = last ? document.text.slice(last.labelRange.start, last.labelRange.end) : '#1';
  const label = renumbered(written, String(highest + 1));
  return listOf([
    {
      label,
      detail: 'A new line',
      kind: 'line',
      newText: `${label} `,
      insert: replace,
      replace,
      filterText: `#${highest + 1}`,
    },
  ]);
}
