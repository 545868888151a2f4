import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../mesh/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import { parseStrategy } from '../strategy/index.ts';
import { applyEdits } from '../text/index.ts';
import { judgeStrategy, ruleCatalogue } from './index.ts';
import type { LintContext } from './index.ts';
import { exampleThesaurus } from './testing/exampleThesaurus.ts';
import { differenceOf } from './testing/meaning.ts';

/**
 * Rules whose preferred fix may change what is found, because it mends a slip of writing: with the slip PubMed searches what nobody
 * meant, and what was meant is beyond doubt. "Fix all" makes these fixes without asking, so nothing that takes a decision belongs here.
 */
const SLIPS: ReadonlySet<string> = new Set([
  // Names and tags that PubMed does not have, a letter or an ending away from what it has.
  'unknown-tag',
  'heading-not-found',
  'previous-heading',
  'unknown-subheading',
  'several-subheadings',
  'unknown-publication-type',
  // Marks at the wrong place.
  'parentheses-in-name',
  'tag-on-group',
  'untagged-number',
  'reversed-range',
  // What other platforms, and copying, leave in the text.
  'foreign-syntax',
  'pasted-text',
  'unnumbered-history',
]);

const data = process.env['QUERENT_DATA'] ?? '../shared/data';
const strategies = resolve(data, 'strategies/strategies.jsonl.gz');
const mesh = resolve(data, 'mesh/mesh2024_descriptors.jsonl.gz');
const hasData = existsSync(strategies) && existsSync(mesh);
if (!hasData) console.warn(`Skipped: preferred fixes of real strategies need ${strategies} and ${mesh}.`);

const linesOf = (file: string): string[] =>
  gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');

const folder = join(import.meta.dirname, '../../../docs/rules');
/** Every rule at work, those that are off by default as well. */
const levels = Object.fromEntries(
  ruleCatalogue.map(({ id, level }) => [id, level === 'off' ? 'hint' : level] as const),
);
const pages = ruleCatalogue
  .filter(({ category }) => category !== 'trials')
  .flatMap(({ id }) => [
    ...readFileSync(join(folder, `${id}.md`), 'utf8').matchAll(/^```pubmed fails\n([\s\S]*?)\n```$/gm),
  ])
  .map(({ 1: text = '' }) => text);

/** What preferred fixes do to `texts`: the rules whose fixes change what is found, and an example of each. */
function changesOf(texts: readonly string[], thesaurus: Thesaurus): ReadonlyMap<string, string> {
  const context: LintContext = { thesaurus, levels };
  const changes = new Map<string, string>();
  for (const text of texts) {
    const tried = new Map<string, number>();
    for (const { rule, fixes } of judgeStrategy(parseStrategy(text), context)) {
      const fix = fixes?.find(({ preferred }) => preferred === true);
      const times = (tried.get(rule) ?? 0) + 1;
      tried.set(rule, times);
      // The same fix at other places says little more.
      if (fix === undefined || times > 3 || changes.has(rule)) continue;
      const after = applyEdits(text, fix.edits);
      const difference = differenceOf(text, after, thesaurus);
      if (difference !== undefined)
        changes.set(rule, `${difference}, ${fix.title}: ${text.slice(0, 200)} -> ${after.slice(0, 200)}`);
    }
  }
  return changes;
}

describe('preferred fixes, which "Fix all" makes without asking,', () => {
  it('keep what is found or mend a slip of writing: rule pages', () => {
    const changes = changesOf(pages, exampleThesaurus());
    expect([...changes].filter(([rule]) => !SLIPS.has(rule))).toEqual([]);
    // Every name in the list has its reason: the fix on its page changes something.
    expect([...SLIPS].filter((rule) => !changes.has(rule))).toEqual([]);
  });

  it.skipIf(!hasData)(
    'keep what is found or mend a slip of writing: real strategies',
    { timeout: 240_000 },
    () => {
      const texts = linesOf(strategies).map((line) => (JSON.parse(line) as { readonly query: string }).query);
      const changes = changesOf(texts, loadThesaurus(linesOf(mesh), '2024'));
      expect([...changes].filter(([rule]) => !SLIPS.has(rule))).toEqual([]);
    },
  );
});
