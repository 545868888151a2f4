import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
  readonly files: string;
}

describe('the pre-commit hooks', () => {
  // A list of `key: value` lines, which needs no reader of YAML.
  const hooks = readFileSync(resolve(root, '.pre-commit-hooks.yaml'), 'utf8')
    .split(/^- /m)
    .slice(1)
    .map((text) => {
      const pairs = text
        .trim()
        .split(/\n\s*/)
        .map((line) => /^(\w+): (.*)$/.exec(line)?.slice(1) ?? []);
      const read: Partial<Record<string, string>> = Object.fromEntries(pairs as [string, string][]);
      const { id = '', entry = '', language = '', files = '' } = read;
      return { id, entry, language, files } satisfies Hook;
    });
  const manifest = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
    dependencies?: object;
  };

  it('call a command that the package installs', () => {
    expect(hooks.map(({ id }) => id)).toEqual(['querent-check', 'querent-format']);
    for (const { entry, language, files } of hooks) {
      expect(language).toBe('node');
      expect(manifest.bin).toHaveProperty(entry.split(' ')[0] ?? '');
      // Both languages that the command checks and formats.
      expect('reviews/falls.pubmed').toMatch(new RegExp(files));
      expect('reviews/falls.ctgov').toMatch(new RegExp(files));
      expect('falls.pubmed.bak').not.toMatch(new RegExp(files));
    }
    for (const target of Object.values(manifest.bin)) expect(existsSync(resolve(root, target))).toBe(true);
    // pre-commit installs the package from a clone, so the bundle has to be all that the command needs.
    expect(manifest.dependencies).toBeUndefined();
  });

  const isBuilt = existsSync(resolve(root, 'dist/cli.cjs'));
  if (!isBuilt) console.warn('Skipped: what the hooks install needs dist/cli.cjs (npm run build).');
  it.skipIf(!isBuilt)('install the command and nothing that it does not need', () => {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const options = { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' } as const;
    const packed = execFileSync(npm, ['pack', '--dry-run', '--json', '--ignore-scripts'], options);
    const [entry] = Object.values(JSON.parse(packed) as object) as { files: { path: string }[] }[];
    const paths = entry?.files.map(({ path }) => path) ?? [];
    expect(paths).toEqual(expect.arrayContaining(['dist/cli.cjs', 'server/bin/querent.mjs', 'package.json']));
    const others = paths.filter(
      (path) =>
        !/^(?:dist\/[\w.-]+|server\/bin\/querent\.mjs|docs\/rules\/[\w-]+\.md|package\.json|README\.md|LICENSE)$/.test(
          path,
        ),
    );
    expect(others).toEqual([]);
  });
});
