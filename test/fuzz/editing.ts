import * as features from '@querent/core/features';
import { parseStrategy } from '@querent/core/strategy';
import type { StrategyDocument } from '@querent/core/strategy';
import type { Problem } from '@querent/core/text';
import { applied, assert, inside } from './promises.ts';
import type { Setting } from './promises.ts';
import { Random } from './random.ts';

/** Places of a text at which completion is asked, and refactorings are tried. */
const PLACES = 3;

/** Completion never throws, and what it inserts replaces a span of the text. */
export function checkCompletion(text: string, { thesaurus, seed }: Setting): void {
  const document = parseStrategy(text);
  const random = new Random(seed);
  for (let i = 0; i < PLACES; i++) {
    const at = random.below(text.length + 1);
    for (const item of features.completion(document, at, { thesaurus }).items) {
      const { label, insert, replace, newText, additionalEdits = [] } = item;
      assert(insert.start <= at && at <= insert.end, () => `${label} replaces another place`);
      assert(
        replace.start === insert.start && replace.end >= insert.end,
        () => `${label} replaces too little`,
      );
      applied(text, [{ range: replace, newText }, ...additionalEdits], `completion ${label}`);
    }
  }
}

/** Document links lie within the text. */
export function checkLinks(text: string, { thesaurus }: Setting): void {
  for (const { range, tooltip } of features.documentLinks(parseStrategy(text), thesaurus))
    inside(range, text, tooltip);
}

/**
 * Every refactoring either says why it does not apply, or gives edits that apply and break no syntax. Whether a person chose a good
 * field is another question.
 */
export function checkRefactorings(text: string, { thesaurus, seed }: Setting): void {
  const document = parseStrategy(text);
  const random = new Random(seed);
  const hasErrors = syntaxError(document) !== undefined;
  for (let i = 0; i < PLACES; i++) {
    const start = random.below(text.length + 1);
    const end = Math.min(text.length, start + (random.below(3) === 0 ? random.below(80) : 0));
    const place = features.placeAt(document, { start, end }, thesaurus);
    const id = random.pick(features.refactoringIds);
    const found = features.findRefactorings(place, id);
    if ('problem' in found) {
      assert(found.problem.trim() !== '', () => `${id} does not say why it does not apply`);
      continue;
    }
    for (const { title, edits } of found) {
      const error = syntaxError(parseStrategy(applied(text, edits, title)));
      assert(
        hasErrors || error === undefined,
        () => `${title}: now there is ${error?.rule}: ${error?.message}`,
      );
    }
  }
}

function syntaxError(document: StrategyDocument): Problem | undefined {
  return features.collectProblems(document).find(({ severity }) => severity === 'error');
}
