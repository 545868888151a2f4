import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { applyEdits } from '@querent/core/text';
import { describe, expect, it } from 'vitest';
import { mutate, seeded, type MutationKind } from '../../core/src/sql/oracle/testing/mutations.ts';
import { postgresProblems } from '../../server/src/dialects/postgres.ts';

// The trusted statements are SQLite's; most of them are PostgreSQL's as well.

const path = join(
  resolve(import.meta.dirname, '../..', process.env['QUERENT_DATA'] ?? '../shared/data'),
  'sql/questions.jsonl',
);
if (!existsSync(path))
  console.warn(`Skipped: mutations read as PostgreSQL's, since ${path} is absent (set QUERENT_DATA).`);

describe.skipIf(!existsSync(path))('the trusted statements, as those of PostgreSQL', () => {
  it('are nearly all taken, and 1,000 slips in them are reported at the right place, most with the right fix', async () => {
    const statements = readFileSync(path, 'utf8').split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { gold_sql: string }).gold_sql);
    const taken: string[] = [];
    for (const each of statements) if ((await postgresProblems(each)).length === 0) taken.push(each);
    // JOIN without ON, and derived tables that end in the middle: PostgreSQL refuses them, too.
    expect(taken.length).toBeGreaterThanOrEqual(statements.length - 10);

    const kinds: readonly MutationKind[] = ['bracket', 'comma', 'keyword', 'doubled comma', 'quote'];
    const random = seeded(9);
    const shares = new Map(kinds.map((kind) => [kind, { all: 0, right: 0 }]));
    let fixed = 0;
    let all = 0;
    for (let tries = 0; all < 1_000; tries++) {
      const kind = kinds[tries % kinds.length] ?? 'comma';
      const statement = taken[Math.floor(random() * taken.length)] ?? '';
      const mutation = mutate(statement, kind, { tables: new Set(), columns: new Set() }, random);
      if (mutation === undefined) continue;
      const problems = await postgresProblems(mutation.text);
      const [first] = problems;
      const share = shares.get(kind);
      // Some slips leave a statement that PostgreSQL takes.
      if (first === undefined || share === undefined) continue;
      all++;
      share.all++;
      if (mutation.places.some(({ start, end }) => problems.some(({ range }) => range.start <= end && start <= range.end)))
        share.right++;
      const [fix] = first.fixes ?? [];
      if (fix !== undefined && (await postgresProblems(applyEdits(mutation.text, fix.edits))).length === 0) fixed++;
    }
    const right = [...shares.values()].reduce((sum, each) => sum + each.right, 0);
    console.log(
      `PostgreSQL: ${taken.length} of ${statements.length} taken; ${right} of ${all} slips at the right place, ${fixed} with a fix that mends; ` +
        [...shares].map(([kind, share]) => `${kind} ${share.right}/${share.all}`).join(', '),
    );
    expect(right).toBeGreaterThanOrEqual(950);
    expect(fixed).toBeGreaterThanOrEqual(950);
  }, 60_000);
}); // prettier-ignore
