import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isAccepted, thirdPartyNotices } from '../../scripts/lib/licences.mjs';
import { listingFaults } from '../../scripts/package.mjs';

const GOOD = [
  ...['package.json', 'README.md', 'LICENSE.txt', 'ThirdPartyNotices.txt', 'syntaxes/pubmed.tmLanguage.json'],
  ...[
    'samples/falls.pubmed',
    'samples/asthma-trials.ctgov',
    'samples/screening.sql',
    'samples/screening.sqlite',
    'samples/.vscode/settings.json',
    'docs/rules/README.md',
    'dist/cli.cjs',
    'dist/extension.cjs',
    'dist/proposals.js',
    'dist/training.js',
    'dist/sqlResults.js',
    'dist/server.cjs',
    'media/page.css',
    'media/proposals.css',
    'media/training.css',
    'media/sqlResults.css',
  ],
  ...['dist/libraryWorker.cjs', 'dist/databaseWorker.cjs', 'dist/eutilsThread.cjs', 'dist/modelHost.mjs'],
  'dist/databaseProcess.cjs',
  'dist/sql-wasm.wasm',
  'dist/libpg-query.wasm',
  'dist/node_modules/@node-llama-cpp/linux-x64/bins/linux-x64/llama-addon.node',
  'dist/node_modules/@node-llama-cpp/linux-x64/bins/linux-x64/libggml.v0.5.0.so',
];

describe('the listing of a package', () => {
  it('is fine with what the extension needs', () => {
    expect(listingFaults(GOOD, 15_000_000)).toEqual([]);
  });

  it.each([
    'src/secret.ts',
    'dist/extension.cjs.map',
    'dist/trainer.cjs',
    'node_modules/axios/index.js',
    'dist/node_modules/node-llama-cpp/llama/gitRelease.bundle',
    'media/model.gguf',
    '.env',
    'samples/library.sqlite',
  ])('%s has no business in it', (file) => {
    expect(listingFaults([...GOOD, file], 15_000_000).join()).toContain(file);
  });

  it.each(GOOD.filter((file) => !/node_modules|\.ctgov$|screening|\.vscode/.test(file)))(
    '%s must not be missing',
    (file) => {
      const rest = GOOD.filter((candidate) => candidate !== file);
      expect(listingFaults(rest, 15_000_000)).toHaveLength(1);
    },
  );

  it('has a size budget', () => {
    expect(listingFaults(GOOD, 200_000_000)).toEqual([expect.stringContaining('too big')]);
  });
});

describe('licences', () => {
  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0)', true],
    ['BSD-3-Clause AND MIT', true],
    ['GPL-2.0-only', false],
    ['MIT AND GPL-3.0', false],
    ['LGPL-3.0', false],
    ['unknown', false],
  ])('%s: %s', (expression, accepted) => {
    expect(isAccepted(expression)).toBe(accepted);
  });

  const folder = mkdtempSync(join(tmpdir(), 'querent-licences-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('a package under a licence that may not be shipped stops the packaging and is named', () => {
    const make = (name: string, license: string): string => {
      const path = join(folder, name);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'package.json'), JSON.stringify({ name, version: '1.0.0', license }));
      writeFileSync(join(path, 'LICENSE'), `Terms of ${name}`);
      return path;
    };
    const good = make('good', 'MIT');
    expect(thirdPartyNotices([good])).toEqual({
      count: 1,
      text: expect.stringContaining('Terms of good') as string,
    });
    expect(() => thirdPartyNotices([good, make('copyleft', 'GPL-3.0')])).toThrow(
      /copyleft 1\.0\.0: GPL-3\.0/,
    );
  });

  it('code that is compiled into a file of a package is named with its own terms', () => {
    const { text } = thirdPartyNotices([join(import.meta.dirname, '../../node_modules/libpg-query')]);
    for (const part of ['Constructive', 'Lukas Fittl', 'PostgreSQL Global Development Group'])
      expect(text).toContain(part);
  });
});
