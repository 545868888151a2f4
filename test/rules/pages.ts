import type { LintRule } from '@querent/core/lint';

/** Names of the categories for people, in the order of the index. */
const CATEGORIES: readonly (readonly [LintRule['category'], string])[] = [
  ['syntax', 'Quotes, parentheses, operators, characters'],
  ['operators', 'Combining terms'],
  ['lines', 'Numbered lines'],
  ['tags', 'Field tags'],
  ['truncation', 'Truncation'],
  ['proximity', 'Proximity'],
  ['terms', 'Text words'],
  ['headings', 'MeSH headings'],
  ['concepts', 'Headings and text words together'],
  ['limits', 'Limits, dates and filters'],
  ['dialect', 'Other platforms, pasted text'],
  ['trials', 'ClinicalTrials.gov expressions'],
  ['measured', 'What terms and blocks find, measured in a library'],
  ['live', 'What PubMed answered, told after a strategy is measured there'],
  ['document', 'Front matter, seeds, files'],
  ['comments', 'Comments that switch rules off'],
  ['sql', 'SQL statements that SQLite takes and that are doubtful'],
  ['sql-errors', 'SQL statements that SQLite refuses, and databases that cannot be asked'],
];

/** The part of a page above its first heading of the second level, made from the catalogue. */
export function pageHead({ id, level, category, press, reason }: LintRule): string {
  const facts = [
    `Level: ${level}`,
    `Category: ${category}`,
    ...(press === undefined ? [] : [press.replace(/^PRESS (\d): /, 'PRESS 2015: element $1, ')]),
  ];
  return `# ${id}\n\n${facts.map((fact) => `- ${fact}`).join('\n')}\n\n${reason}\n\n`;
}

/** `page` with its head made anew; the rest is written by hand. */
export function withHead(rule: LintRule, page: string): string {
  const body = page.search(/^## /m);
  return pageHead(rule) + (body < 0 ? '' : page.slice(body));
}

/** The index of all pages, docs/rules/README.md. */
export function ruleIndex(catalogue: readonly LintRule[]): string {
  const parts = CATEGORIES.flatMap(([category, name]) => {
    const rules = catalogue.filter((rule) => rule.category === category);
    if (rules.length === 0) return [];
    const list = rules.map(({ id, level, reason }) => `- [${id}](${id}.md) (${level}): ${reason}`);
    return [`## ${name}\n\n${list.join('\n')}\n`];
  });
  return `# Rules\n\nEverything that Querent can say about a strategy or a SQL statement: ${catalogue.length} rules. How to change levels and switch rules off is in\n[Checking a strategy](../guide/checking.md). This list is made by \`npm run rules\`.\n\n${parts.join('\n')}`;
}

const LEVELS = ['off', 'hint', 'information', 'warning', 'error'];

/** The schema of the setting `querent.lint`, so that the editor completes rules and says what they are for. */
export function lintSetting(catalogue: readonly LintRule[]): Record<string, unknown> {
  const rules = catalogue.toSorted((a, b) => a.id.localeCompare(b.id, 'en'));
  return {
    type: 'object',
    default: {},
    markdownDescription:
      'Level of each rule by its id, for example `{ "lowercase-operator": "off" }`. Rules that are not named keep their own level.',
    scope: 'resource',
    order: 1,
    propertyNames: {
      enum: rules.map(({ id }) => id),
      enumDescriptions: rules.map(({ level, reason }) => `${reason} (${level})`),
    },
    additionalProperties: { type: 'string', enum: LEVELS },
  };
}
