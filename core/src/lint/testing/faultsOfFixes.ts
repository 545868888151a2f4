import { parseStrategy } from '../../strategy/index.ts';
import { applyEdits } from '../../text/index.ts';
import type { Problem, TextEdit } from '../../text/index.ts';
import { judgeStrategy } from '../index.ts';
import type { LintContext } from '../index.ts';

const judge = (text: string, context: LintContext): readonly Problem[] =>
  judgeStrategy(parseStrategy(text), context);

/**
 * What is wrong with the fixes of `problems`: each must remove its problem and leave no more errors than there were, so that a valid
 * query stays valid.
 */
export function faultsOfFixes(text: string, context: LintContext, problems: readonly Problem[]): string[] {
  const faults: string[] = [];
  const all = judge(text, context);
  for (const problem of problems) {
    for (const { title, edits } of problem.fixes ?? []) {
      const after = applyEdits(text, edits);
      const found = judge(after, context);
      const what = `${problem.rule}, "${title}": ${shown(text, edits)} -> ${JSON.stringify(after.slice(0, 300))}`;
      const same = (one: Problem): boolean => one.rule === problem.rule && one.message === problem.message;
      if (found.filter(same).length >= all.filter(same).length) faults.push(`still there: ${what}`);
      const errors = found.filter(isError);
      if (errors.length > all.filter(isError).length)
        faults.push(`new error, ${errors.map(({ rule }) => rule).join(', ')}: ${what}`);
    }
  }
  return faults;
}

const isError = ({ severity }: Problem): boolean => severity === 'error';

/** The text around the first edit. */
function shown(text: string, edits: readonly TextEdit[]): string {
  const start = Math.min(...edits.map(({ range }) => range.start));
  return JSON.stringify(text.slice(Math.max(0, start - 60), start + 120));
}
