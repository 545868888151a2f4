import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryEngine } from '../connectors/index.ts';
import type { LocalEngine } from '../connectors/index.ts';
import { importCitations } from '../corpus/index.ts';
import type { CitationRecord } from '../corpus/index.ts';
import { isUnresolvable, parseStrategy, resolveLine } from '../strategy/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { applyEdits } from '../text/index.ts';
import type { Problem } from '../text/index.ts';
import { judgeStrategy, measuredProblems, measuredRules } from './index.ts';
import type { LintContext, MeasuredLine } from './index.ts';

const root = join(import.meta.dirname, '../../..');
let engine: LocalEngine;

beforeAll(async () => {
  const records: CitationRecord[] = [];
  for await (const item of importCitations(
    [readFileSync(join(root, 'samples/citations.jsonl'))],
    'citations.jsonl',
  ))
    if (item.kind === 'record') records.push(item.record);
  engine = memoryEngine(records);
});

async function measure(document: StrategyDocument): Promise<readonly MeasuredLine[]> {
  const lines: MeasuredLine[] = [];
  for (const { label } of document.lines) {
    const query = resolveLine(document, label);
    if (isUnresolvable(query)) continue;
    const { lines: told, library } = await engine.contributions(query, document.frontMatter?.seeds ?? []);
    const numbers = told.find(({ key }) => key === query.key);
    if (numbers !== undefined) lines.push({ label, parts: numbers.parts, library });
  }
  return lines;
}

/** What is said of a strategy in the sample library, however small. */
async function judge(text: string, context: LintContext = {}): Promise<readonly Problem[]> {
  const document = parseStrategy(text);
  const measured = measuredProblems(document, await measure(document), 0);
  return judgeStrategy(document, { ...context, measured });
}

const names = (problems: readonly Problem[], rule: string): string[] =>
  problems.filter((problem) => problem.rule === rule).map(({ message }) => message);

describe('what is measured', () => {
  const pages = measuredRules.flatMap(({ id }) =>
    [
      ...readFileSync(join(root, `docs/rules/${id}.md`), 'utf8').matchAll(
        /^```pubmed (fails|passes)\n([\s\S]*?)\n```$/gm,
      ),
    ].map(({ 1: kind = '', 2: text = '' }) => [id, kind, text] as const),
  );

  it.each(pages)('%s %s: %s', async (id, kind, text) => {
    const found = (await judge(text)).filter(({ rule }) => rule === id);
    expect(found.length > 0).toBe(kind === 'fails');
    for (const { fixes = [] } of found)
      for (const { edits } of fixes) {
        const after = applyEdits(text, edits);
        const counts = await Promise.all(
          [text, after].map(async (one) => {
            const query = resolveLine(parseStrategy(one), '1');
            return isUnresolvable(query) ? undefined : (await engine.count(query)).count;
          }),
        );
        expect(counts[0]).toBe(counts[1]);
        expect(names(await judge(after), id)).toEqual([]);
      }
  });

  it('names the seeds that a block loses, and the line', async () => {
    const text =
      '---\nseeds: [90000001, 90000004, 90000007, 90000010, 90000013]\n---\n#1 elderly[tiab]\n#2 exercise*[tiab] OR "exercise therapy"[mh]\n#3 #1 AND #2\n';
    const found = (await judge(text)).filter(({ rule }) => rule === 'block-loses-seeds');
    const [lost] = found;
    expect(lost?.message).toMatch(/^This block loses \d seeds? that the other blocks find: 9000\d{4}/);
    expect(text.slice(lost?.range.start, lost?.range.end)).toBe('#1');
    expect(lost?.related?.map(({ range }) => text.slice(range.start, range.end))).toEqual(['elderly[tiab]']);
  });

  it('does not blame a block for seeds that the strategy finds in another way', async () => {
    const text = (way: string): string =>
      `---\nseeds: [90000001]\n---\n#1 (women[tiab] AND zzzz[tiab]) OR ${way}[tiab]\n#2 #1 AND exercise*[tiab]\n`;
    expect(names(await judge(text('programme')), 'block-loses-seeds')).toEqual([]);
    expect(names(await judge(text('hospital')), 'block-loses-seeds').length).toBe(2);
  });

  it('says what a NOT removes', async () => {
    const text = '---\nseeds: [90000001]\n---\nexercise*[tiab] NOT women[tiab]\n';
    expect(names(await judge(text), 'block-loses-seeds')).toEqual([
      'NOT removes 1 seed that all else finds: 90000001.',
    ]);
  });

  it('says nothing of small libraries but what it says of seeds', async () => {
    const document = parseStrategy(
      '---\nseeds: [90000001]\n---\n(exercise*[tiab] OR zzzz[tiab] OR "exercise programme"[tiab]) NOT women[tiab]\n',
    );
    const rules = (smallest?: number) => async () =>
      measuredProblems(document, await measure(document), smallest).map(({ rule }) => rule);
    expect(await rules()()).toEqual(['block-loses-seeds']);
    expect((await rules(0)()).sort()).toEqual(['adds-nothing', 'block-loses-seeds', 'finds-nothing']);
  });

  it('is told once: what the text says already is not repeated', async () => {
    const found = (await judge('exercise*[tiab] OR exercises[tiab] OR "exercise[tiab')).map(
      ({ rule }) => rule,
    );
    expect(found).toContain('redundant-term');
    expect(found).not.toContain('adds-nothing');
  });

  it('has the levels of the settings, and comments switch it off', async () => {
    const text = 'falls[tiab] OR zzzz[tiab]';
    expect((await judge(text)).find(({ rule }) => rule === 'finds-nothing')?.severity).toBe('information');
    const levels = { 'finds-nothing': 'error' } as const;
    expect((await judge(text, { levels })).find(({ rule }) => rule === 'finds-nothing')?.severity).toBe(
      'error',
    );
    expect(names(await judge(text, { levels: { 'finds-nothing': 'off' } }), 'finds-nothing')).toEqual([]);
    const commented = `${text} // querent-disable-line finds-nothing`;
    expect(await judge(commented)).toEqual([]);
  });

  it('a comment that switches it off is not called needless before it is measured', () => {
    const document = parseStrategy('falls[tiab] // querent-disable-line finds-nothing');
    expect(judgeStrategy(document)).toEqual([]);
    expect(judgeStrategy(document, { measured: [] }).map(({ rule }) => rule)).toEqual([
      'unneeded-suppression',
    ]);
  });
});
