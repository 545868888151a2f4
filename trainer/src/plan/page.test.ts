import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { knobTables } from './page.ts';
import { knobs } from './semantics/index.ts';

const page = fileURLToPath(new URL('../../../docs/training-plan.md', import.meta.url));

it('docs/training-plan.md has the tables that the programs use (update: vitest run trainer/src/plan/page.test.ts -u)', async () => {
  const text = await readFile(page, 'utf8');
  const [before, rest = ''] = text.split(/(?<=<!-- knobs:[^\n]*-->\n)/u);
  const after = rest.slice(rest.indexOf('<!-- /knobs -->'));
  const expected = await format(`${before}\n${knobTables()}\n\n${after}`, {
    ...(await resolveConfig(page)),
    parser: 'markdown',
  });
  await expect(expected).toMatchFileSnapshot(page);
  for (const { key } of knobs) expect(expected).toContain(`\`${key}\``);
});
