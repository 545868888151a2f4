import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isUnresolvable, resolveText } from '@querent/core/strategy';
import type { ResolvedQuery } from '@querent/core/pubmed';
import type { RankingProgress } from '@querent/core/search';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { WorkerEngine } from './workerEngine.ts';
import { openWorkerEngine } from './workerEngine.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-ranked-'));
const cachePath = join(folder, 'cache');
const engines: WorkerEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Invented citations with abstracts of `words` words; every third is on desmopressin. */
function citations(count: number, words = 5): string {
  return Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      pmid: String(1000 + i),
      title: i % 3 === 0 ? `Desmopressin in surgery, part ${i}` : `Aspirin for pain, part ${i}`,
      abstract: Array.from({ length: words }, (_, j) => `word${(i * j) % 977}`).join(' '),
    }),
  ).join('\n');
}

async function open(name: string, content: string, cache = cachePath): Promise<WorkerEngine> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const engine = await openWorkerEngine({ path, cachePath: cache });
  engines.push(engine);
  return engine;
}

function query(text: string): ResolvedQuery {
  const resolved = resolveText(text);
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return resolved;
}

describe('ranking in the worker', () => {
  it('answers, says what it made of the question, and keeps the index', async () => {
    const engine = await open('small.jsonl', citations(30));
    const answer = await engine.rank('What is desmopressin in surgery?', { limit: 2, offset: 1 });
    expect(answer).toMatchObject({
      count: 10,
      translation: 'desmopressin surgeri',
      warnings: [],
      provenance: { engine: engine.id, label: engine.label },
    });
    expect(answer.hits).toHaveLength(2);
    expect(readdirSync(cachePath, { recursive: true }).filter((name) => String(name).endsWith('.index'))).toHaveLength(1); // prettier-ignore
    await expect(engine.rank('the')).rejects.toMatchObject({ name: 'SearchError', code: 'rejected' });
  });

  it('tells how far the index is, and counts are answered meanwhile', async () => {
    const engine = await open('large.jsonl', citations(4000, 150));
    const told: RankingProgress[] = [];
    let ranked = false;
    const ranking = engine
      .rank('desmopressin', { onProgress: (progress) => told.push(progress) })
      .finally(() => (ranked = true));
    expect((await engine.count(query('desmopressin'))).count).toBe(1334);
    expect(ranked).toBe(false);
    expect((await ranking).count).toBe(1334);
    expect(told.length).toBeGreaterThan(1);
    expect(told.every(({ done, total }, i) => total === 4000 && done > (told[i - 1]?.done ?? 0))).toBe(true);
  });

  it('a question that is given up is answered at once, and the next one still is', async () => {
    const engine = await open('given-up.jsonl', citations(4000, 150));
    const controller = new AbortController();
    const ranking = engine.rank('desmopressin', {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(ranking).rejects.toMatchObject({ code: 'aborted' });
    expect((await engine.rank('aspirin')).count).toBe(2666);
  });

  it('ranks the file as it is: changed between questions, and while the index is being built', async () => {
    const engine = await open('changing.jsonl', citations(3000, 100));
    const path = join(folder, 'changing.jsonl');
    let changed = false;
    const ranking = engine.rank('desmopressin', {
      onProgress: () => {
        if (changed) return;
        changed = true;
        writeFileSync(path, citations(9));
        utimesSync(path, 1, 1);
        void engine.reload();
      },
    });
    expect((await ranking).count).toBe(3);
    writeFileSync(path, citations(12));
    await engine.reload();
    expect((await engine.rank('desmopressin')).count).toBe(4);
  });

  it('a cache folder that cannot be used costs a warning', async () => {
    const blocked = join(folder, 'blocked');
    writeFileSync(blocked, '');
    const engine = await open('uncached.jsonl', citations(30), blocked);
    const { count, warnings } = await engine.rank('aspirin');
    expect(count).toBe(20);
    expect(warnings).toEqual([
      { code: 'index-not-kept', message: expect.stringMatching(/blocked is no folder/) as string },
    ]);
  });
});
