import { extname } from 'node:path';
import type { LintContext } from '@querent/core/lint';
import { searchLanguage, type StrategyDocument } from '@querent/core/strategy';
import { badInput } from '../terminal/index.ts';

/** The search language of a file: ClinicalTrials.gov's by its name or by its front matter, where that was read; else PubMed's. */
export function languageOf(file: string, document?: StrategyDocument): NonNullable<LintContext['language']> {
  if (extname(file).toLowerCase() === '.ctgov') return 'ctgov';
  return document === undefined ? 'pubmed' : searchLanguage(document);
}

/**
 * Refuses a file of ClinicalTrials.gov expressions where it would be taken for a strategy of PubMed: what came out would look right.
 * @param doing what cannot be done with it: "counted"
 * @throws CliError
 */
export function onlyPubMed(file: string, doing: string): void {
  if (languageOf(file) === 'ctgov')
    throw badInput(
      `${file}: searches of ClinicalTrials.gov cannot be ${doing} so far. querent check, format and count know them, and querent search --trials asks an expression.`,
    );
}
