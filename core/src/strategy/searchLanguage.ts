import type { StrategyDocument } from './document.ts';

/** The search language that a document names in its front matter: `database: ctgov` means ClinicalTrials.gov's, all else PubMed's. */
export function searchLanguage({ frontMatter }: Pick<StrategyDocument, 'frontMatter'>): 'pubmed' | 'ctgov' {
  return frontMatter?.database === 'ctgov' ? 'ctgov' : 'pubmed';
}
