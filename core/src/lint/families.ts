import { dialectRules } from './dialect.ts';
import { duplicateRules } from './duplicates.ts';
import type { RuleFamily } from './family.ts';
import { headingRules } from './headings.ts';
import { operatorRules } from './operators.ts';
import { pasteRules } from './paste.ts';
import { tagRules } from './tags.ts';
import { truncationRules } from './truncation.ts';

/** Every family of rules. A new one is added here, and each of its rules gets a page in docs/rules. */
export const families: readonly RuleFamily[] = [
  operatorRules,
  truncationRules,
  tagRules,
  duplicateRules,
  headingRules,
  dialectRules,
  pasteRules,
];
