import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryEngine, type RecordsEngine } from '@querent/core/connectors';
import { importCitations, type CitationRecord } from '@querent/core/corpus';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { SearchError } from '@querent/core/search';
import { isUnresolvable, resolveText } from '@querent/core/strategy';
import { afterAll, describe, expect, it } from 'vitest';
import { exportRecords, type ExportOptions, type ExportProgress } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let at = 0;
/** A folder of its own for every test: nothing but the file may be in it afterwards. */
const place = (name = 'records.nbib'): string => {
  const own = join(folder, String(at++));
  mkdirSync(own);
  return join(own, name);
};
const beside = (path: string): readonly string[] => readdirSync(join(path, '..'));

const records: readonly CitationRecord[] = Array.from({ length: 1_200 }, (_, i) => ({
  id: String(9_000_000 + i),
  title: `${i % 2 === 0 ? 'Walking' : 'Swimming'}, invented study ${i}`,
  abstract: 'Invented.',
  mesh: ['Humans'],
  authors: ['Doe J'],
  affiliations: [],
  substances: ['Aspirin'],
  publicationTypes: [],
  languages: ['eng'],
  keywords: [],
  year: 2000 + (i % 20),
}));
const engine = memoryEngine(records, { label: 'invented' });

function query(text: string): ResolvedQuery {
  const resolved = resolveText(text);
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return resolved;
}
const walking = query('walking');

/** A live database that answers like the one in memory but for what is said here. */
function live(over: Partial<RecordsEngine>): RecordsEngine {
  return {
    id: 'pubmed',
    label: 'PubMed (live)',
    count: (asked, options) => engine.count(asked, options),
    search: (asked, options) => engine.search(asked, options),
    matching: (asked, ids, options) => engine.matching(asked, ids, options),
    summaries: (ids, options) => engine.summaries(ids, options),
    allIds: (asked, options) => engine.allIds(asked, options),
    fetchRecords: (ids, options) => engine.fetchRecords(ids, options),
    close: async () => undefined,
    ...over,
  };
}

async function idsOf(path: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const item of importCitations([readFileSync(path)], path))
    if (item.kind === 'record') ids.push(item.record.id);
  return ids;
}

describe('exportRecords', () => {
  it.each(['nbib', 'ris', 'csv'] as const)(
    'writes every record that a query finds as %s, newest first',
    async (format) => {
      const path = place(`records.${format}`);
      const told: ExportProgress[] = [];
      const done = await exportRecords(engine, walking, {
        format,
        path,
        onProgress: (one) => told.push(one),
      });
      expect(await idsOf(path)).toEqual((await engine.search(walking)).ids);
      expect(done).toMatchObject({ records: 600, provenance: { label: engine.label } });
      expect(done.bytes).toBe(readFileSync(path).length);
      expect(told[0]).toEqual({ done: 0, total: 600 });
      expect(told.at(-1)).toEqual({ done: 600, total: 600 });
      expect(told.map((one) => one.done)).toEqual([...told.map((one) => one.done)].sort((a, b) => a - b));
      expect(done.notes.join(' ')).toContain(format === 'ris' ? 'substances (600 records)' : '');
      expect(beside(path)).toEqual([`records.${format}`]);
    },
  );

  it('writes an empty file of the format where nothing is found', async () => {
    const path = place('none.csv');
    expect(await exportRecords(engine, query('nothing'), { format: 'csv', path })).toMatchObject({
      records: 0,
    });
    expect(readFileSync(path, 'utf8')).toMatch(/^\ufeffPMID,/);
  });

  it('keeps to the search date', async () => {
    const path = place();
    await exportRecords(engine, walking, { format: 'nbib', path, until: '2004-12-31' });
    expect(await idsOf(path)).toHaveLength((await engine.count(walking, { until: '2004-12-31' })).count);
  });

  it('leaves a file that is there as it is, unless it is to be replaced', async () => {
    const path = place();
    writeFileSync(path, 'mine');
    const asked = exportRecords(engine, walking, { format: 'nbib', path });
    await expect(asked).rejects.toThrow(/records\.nbib is there already.*Choose another name/s);
    expect(readFileSync(path, 'utf8')).toBe('mine');
    await exportRecords(engine, walking, { format: 'nbib', path, replace: true });
    expect(await idsOf(path)).toHaveLength(600);
    expect(beside(path)).toEqual(['records.nbib']);
  });

  it('leaves nothing behind when it is cancelled in the middle, and the old file where there was one', async () => {
    const path = place();
    writeFileSync(path, 'mine');
    const controller = new AbortController();
    const asked = exportRecords(engine, walking, {
      format: 'nbib',
      path,
      replace: true,
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done > 0) controller.abort();
      },
    });
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(beside(path)).toEqual(['records.nbib']);
  });

  it('leaves nothing behind when the database fails in the middle', async () => {
    const path = place();
    const failing = live({
      async *allIds() {
        yield records.slice(0, 250).map(({ id }) => id);
        throw new SearchError('network', 'PubMed cannot be reached.', true);
      },
    });
    await expect(exportRecords(failing, walking, { format: 'ris', path })).rejects.toThrow(
      'cannot be reached',
    );
    expect(beside(path)).toEqual([]);
  });

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full, and leaves nothing behind', async () => {
    const path = place();
    const full: ExportOptions = { format: 'nbib', path, open: () => open('/dev/full', 'w') };
    await expect(exportRecords(engine, walking, full)).rejects.toThrow(
      /records\.nbib cannot be written: the disk is full.*Make room/s,
    );
    expect(beside(path)).toEqual([]);
  });

  it.each([
    ['a folder that is not there', join('gone', 'records.nbib'), /no such folder/],
    ['a folder', '', /is a folder/],
  ])('says what is wrong with %s', async (_, name, message) => {
    const path = join(place(), '..', name);
    await expect(exportRecords(engine, walking, { format: 'nbib', path })).rejects.toThrow(message);
  });

  it('does not write into what another export writes, but takes over what a killed one left', async () => {
    const path = place();
    writeFileSync(`${path}.part`, 'half');
    await expect(exportRecords(engine, walking, { format: 'nbib', path })).rejects.toThrow(/another export/);
    expect(readFileSync(`${path}.part`, 'utf8')).toBe('half');
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(`${path}.part`, longAgo, longAgo);
    await exportRecords(engine, walking, { format: 'nbib', path });
    expect(await idsOf(path)).toHaveLength(600);
    expect(beside(path)).toEqual(['records.nbib']);
  });

  it('says which records are listed and not given', async () => {
    const path = place();
    const lacking = live({
      allIds: async function* () {
        yield ['9000000', '1', '9000002'];
      },
    });
    const { records: written, notes } = await exportRecords(lacking, walking, { format: 'csv', path });
    expect(written).toBe(2);
    expect(notes[0]).toBe('PubMed (live) lists 1 record that it does not give, and the file lacks: 1.');
  });

  it('does not pass off numbers of an earlier day as an export', async () => {
    const path = place();
    const offline = live({
      count: async () => ({
        count: 1,
        warnings: [],
        provenance: { engine: 'x', label: 'x', at: '', offline: 'No network.' },
      }),
    });
    await expect(exportRecords(offline, walking, { format: 'csv', path })).rejects.toThrow(
      /cannot be reached.*No network/,
    );
    expect(beside(path)).toEqual([]);
  });
});
