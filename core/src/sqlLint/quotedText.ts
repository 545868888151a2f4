import { editDistance, fix } from '../text/index.ts';
import { quotedName } from '../sql/index.ts';
import type { SqlRuleFamily } from './family.ts';
import type { StatementFacts } from './facts.ts';

/** Texts in double quotes. */
export const quotedTextRules: SqlRuleFamily = {
  rules: [
    {
      id: 'sql-quoted-text',
      level: 'warning',
      reason: 'A text in double quotes is a name that SQLite did not find: a mistyped column becomes a text unnoticed.',
    },
  ],
  check(facts, report) {
    // Without a schema every name in double quotes may be a column.
    if (facts.schema === undefined) return;
    for (const { name, target } of facts.references) {
      const written = facts.text(name.range);
      if (target.kind !== 'text' || !written.startsWith('"')) continue;
      const near = nearestColumn(facts, name.text);
      const text = `'${name.text.replaceAll("'", "''")}'`;
      const { start, end } = name.range;
      const fixes = [
        fix(`Write the text as ${text}`, near === undefined, [start, end, text]),
        ...(near === undefined ? [] : [fix(`Change to the column ${near}`, true, [start, end, quotedName(near)])]),
      ];
      const hint = near === undefined ? '' : ` Did you mean the column \`${near}\`?`;
      report('sql-quoted-text', name.range, `No column is called ${written}, so that SQLite takes it for a text. Write ${text}.${hint}`, fixes);
    }
  },
}; // prettier-ignore

/** A column of the statement's tables whose name is nearly this one. */
function nearestColumn({ selects }: StatementFacts, name: string): string | undefined {
  if (name.length < 4 || name.length > 40 || /\s/u.test(name)) return undefined;
  const columns = new Set(
    selects.flatMap(({ sources }) => sources.flatMap((source) => source.columns?.map((column) => column.name) ?? [])),
  );
  return [...columns].find((column) => editDistance(column.toLowerCase(), name.toLowerCase()) <= name.length / 4);
} // prettier-ignore
