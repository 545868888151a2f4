import { queryTemplates } from '../../prompting/index.ts';

/**
 * The wordings of trial search. AND binds tighter than OR in these expressions, variants and synonyms of words are found without asking,
 * and there is no truncation (ClinicalTrials.gov, "Constructing Complex Search Queries").
 */
export const trialTemplates = queryTemplates(
  'trial-search',
  1,
  'You write search expressions for ClinicalTrials.gov. A good expression finds every relevant trial and few others.',
  'Write one expression. Join synonyms with OR inside parentheses, and different concepts with AND. Put phrases in double quotes. ' +
    'AREA[ConditionSearch], AREA[InterventionSearch] or AREA[TitleSearch] may stand right before a term or a parenthesis. Use no tags ' +
    'behind terms, no truncation, no dates, no NCT numbers, no line numbers.',
);
