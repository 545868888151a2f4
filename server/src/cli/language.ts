import { extname } from 'node:path';
import type { LintContext } from '@querent/core/lint';

/** The search language of a file by its name: ClinicalTrials.gov's for `.ctgov`, else PubMed's. */
export function languageOf(file: string): NonNullable<LintContext['language']> {
  return extname(file).toLowerCase() === '.ctgov' ? 'ctgov' : 'pubmed';
}
