import type { LintRule } from './family.ts';
import type { LimitKind } from './limitKinds.ts';

/** What a limit costs, by its kind: rule, level, reason, message. A search may want it, so few of them are more than information. */
export const LIMITS: readonly {
  readonly kind: LimitKind;
  readonly id: string;
  readonly level: LintRule['level'];
  readonly reason: string;
  readonly message: string;
}[] = [
  {
    kind: 'language',
    id: 'language-limit',
    level: 'information',
    reason: 'A language limit leaves out relevant studies; language is better judged at screening.',
    message:
      'This limits to a language. Relevant studies in other languages are lost; consider excluding them at screening, and report the limit (PRISMA-S 9).',
  },
  {
    kind: 'date',
    id: 'date-limit',
    level: 'hint',
    reason: 'A limit by date needs a reason that the report gives.',
    message: 'This limits by date. Say why in the report (PRISMA-S 9).',
  },
  {
    kind: 'age',
    id: 'age-limit',
    level: 'information',
    reason: 'Age headings are missing from records that are not indexed yet, or that name no age.',
    message:
      'This limits to an age by headings alone, which loses records that are not indexed yet. Add text words: child[mh] OR child*[tiab].',
  },
  {
    kind: 'sex',
    id: 'sex-limit',
    level: 'information',
    reason: 'Female and Male are missing from records that are not indexed yet, and most studies have both.',
    message:
      'This limits to a sex by headings alone, which loses records that are not indexed yet. Add text words: female[mh] OR women[tiab].',
  },
  {
    kind: 'type',
    id: 'publication-type-limit',
    level: 'information',
    reason: 'Publication types are given by indexers: new records and many studies lack them.',
    message:
      'This limits to publication types alone, which loses records that are not indexed yet. Validated filters add text words, such as randomized[tiab].',
  },
  {
    kind: 'availability',
    id: 'full-text-limit',
    level: 'warning',
    reason:
      'Whether an abstract or free full text exists says nothing about relevance: the limit biases a review.',
    message:
      'This limits to what is available, not to what is relevant. Studies without an abstract or free full text are lost; leave it out.',
  },
  {
    kind: 'subset',
    id: 'subset-limit',
    level: 'information',
    reason:
      'A subset such as medline[sb] leaves out the newest records and those of journals outside MEDLINE.',
    message: 'This limits to records of one status. The others, often the newest, are lost.',
  },
];

/** The words that authors use for the ages of MeSH. */
const AGE_WORDS: Readonly<Record<string, string>> = {
  infant: 'infant*[tiab]',
  'infant, newborn': 'newborn*[tiab] OR neonat*[tiab]',
  child: 'child*[tiab]',
  'child, preschool': 'preschool*[tiab]',
  adolescent: 'adolescen*[tiab]',
  adult: 'adult*[tiab]',
  'young adult': '"young adult*"[tiab]',
  'middle aged': '"middle aged"[tiab]',
  aged: 'elder*[tiab] OR "older adult*"[tiab]',
  'aged, 80 and over': '"oldest old"[tiab] OR octogenarian*[tiab]',
};

/** The message about a limit to an age with the heading at hand as its example. */
export function withAge(message: string, heading: string): string {
  const name = heading.trim().toLowerCase();
  if (!Object.hasOwn(AGE_WORDS, name)) return message;
  const written = /[\s,]/.test(name) ? `"${name}"` : name;
  return message.replace(/[^:]*$/, ` ${written}[mh] OR ${AGE_WORDS[name] ?? ''}.`);
}
