import { dialectRules } from './dialect.ts';
import { duplicateRules } from './duplicates.ts';
import { dateRules } from './dates.ts';
import { filterRules } from './filters.ts';
import { lexisRules } from './lexis.ts';
import { limitRules } from './limits.ts';
import { lineRules } from './lines.ts';
import { structureRules } from './structure.ts';
import { valueRules } from './values.ts';
import { wildcardRules } from './wildcards.ts';
import type { RuleFamily } from './family.ts';
import { conceptRules } from './concepts.ts';
import { headingUseRules } from './headingUse.ts';
import { subheadingRules } from './subheadings.ts';
import { redundancyRules } from './redundancy.ts';
import { redundantHeadingRules } from './redundantHeadings.ts';
import { variantRules } from './variants.ts';
import { termFormRules } from './termForms.ts';
import { identifierRules } from './identifiers.ts';
import { headingRules } from './headings.ts';
import { operatorRules } from './operators.ts';
import { ovidNoteRules } from './ovidNotes.ts';
import { pasteRules } from './paste.ts';
import { tagRules } from './tags.ts';
import { truncationRules } from './truncation.ts';

/** Every family of rules. A new one is added here, and each of its rules gets a page in docs/rules. */
export const families: readonly RuleFamily[] = [
  lexisRules,
  structureRules,
  operatorRules,
  truncationRules,
  tagRules,
  duplicateRules,
  headingRules,
  termFormRules,
  variantRules,
  redundantHeadingRules,
  redundancyRules,
  subheadingRules,
  headingUseRules,
  conceptRules,
  dialectRules,
  pasteRules,
  ovidNoteRules,
  dateRules,
  valueRules,
  identifierRules,
  limitRules,
  filterRules,
  lineRules,
  wildcardRules,
];
