import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ruleCatalogue } from '@querent/core/lint';
import { lintSetting, pageHead, ruleIndex } from '../rules/pages.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/rules');
const advice = 'npm run rules brings it up to date';

/** Prettier breaks long lines of lists and tables its own way. */
const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim();

describe('made from the catalogue of rules', () => {
  it.each(ruleCatalogue.map((rule) => [rule.id, rule] as const))('page of %s', (id, rule) => {
    const file = join(folder, `${id}.md`);
    expect(existsSync(file), `docs/rules/${id}.md has to be written`).toBe(true);
    const page = readFileSync(file, 'utf8');
    expect(spaced(page.slice(0, page.search(/^## /m))), advice).toBe(spaced(pageHead(rule)));
    const { category } = rule;
    const database =
      category === 'trials'
        ? 'ClinicalTrials.gov'
        : category.startsWith('sql')
          ? '(?:SQLite|Querent)'
          : 'PubMed';
    for (const heading of [`What ${database} does`, 'How to fix', 'When to ignore'])
      expect(page).toMatch(new RegExp(`\n## ${heading}\n`));
  });

  it('no page without a rule', () => {
    const ids = new Set(ruleCatalogue.map(({ id }) => `${id}.md`));
    expect(readdirSync(folder).filter((name) => name !== 'README.md' && !ids.has(name))).toEqual([]);
  });

  it('the index', () => {
    expect(spaced(readFileSync(join(folder, 'README.md'), 'utf8')), advice).toBe(
      spaced(ruleIndex(ruleCatalogue)),
    );
  });

  it('the setting querent.lint', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      contributes: { configuration: { properties: Record<string, unknown> }[] };
    };
    const settings = Object.assign(
      {},
      ...manifest.contributes.configuration.map((c) => c.properties),
    ) as Record<string, unknown>;
    expect(settings['querent.lint'], advice).toEqual(lintSetting(ruleCatalogue));
  });
});

/** Where ids are given to problems: the parsers and the server, which have no family of rules. */
const SOURCES = [
  'core/src/pubmed',
  'core/src/strategy',
  'server/src/lsp',
  'server/src/cli',
  'server/src/measuring',
];

it('every id that the parsers and the server give to a problem is in the catalogue', () => {
  const known = new Set(ruleCatalogue.map(({ id }) => id));
  const found = SOURCES.flatMap((path) =>
    readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .flatMap((name) => {
        const source = readFileSync(join(root, path, name), 'utf8');
        return [
          // An id in front of its severity, as `problems.add`, `problem` and `report` take them; or the field itself.
          ...source.matchAll(/'([a-z][a-z0-9]*(?:-[a-z0-9]+)+)',\s*'(?:error|warning|information|hint)'/g),
          ...source.matchAll(/\brule(?:: | = )'([a-z][a-z0-9-]+)'/g),
          ...source.matchAll(/#report\(\s*'([a-z][a-z0-9-]+)'/g),
        ].map((match) => match[1] ?? '');
      }),
  );
  expect(found.length).toBeGreaterThan(40);
  expect([...new Set(found)].filter((id) => !known.has(id))).toEqual([]);
});
