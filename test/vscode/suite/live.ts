import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { RecordNode } from '../../../client/src/views/recordsTree.ts';
import type {
  ExportRecordsResult,
  MeasureStrategyResult,
  TestNcbiKeyResult,
} from '../../../server/src/liveProtocol.ts';
import { api, at, hints, hoverText, numbers, openNew, until, workspaceFolder } from './workbench.ts';

/** The runner starts the service over the sample library; it knows one key. */
const address = process.env.QUERENT_TEST_EUTILS ?? '';
const key = process.env.QUERENT_TEST_NCBI_KEY ?? '';

/** The second block loses seeds: few records speak of a home. 99999999 is in no database. */
const strategy = `---
database: pubmed
seeds: [90000001, 90000004, 90000007, 99999999]
---
#1 "accidental falls"[mh] OR falls[tiab] OR fall-related[tiab]
#2 home[tiab] OR dwelling[tiab]
#3 #1 AND #2
#4 participants[tiab]
`;

const live = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('querent.live');
const useAddress = async (value: string | undefined): Promise<void> =>
  live().update('eutilsAddress', value, vscode.ConfigurationTarget.Global);
const run = <T>(command: string, ...given: unknown[]): Thenable<T> =>
  vscode.commands.executeCommand<T>(`querent.${command}`, ...given);

async function report(name: string): Promise<string> {
  const document = await until(name, () =>
    vscode.workspace.textDocuments.find(
      ({ uri }) => uri.scheme === 'querent-report' && uri.path.includes(name),
    ),
  );
  return document.getText();
}

async function section(label: string): Promise<readonly RecordNode[]> {
  const { records } = await api();
  return records.getChildren().find((row) => row.label === label)?.children ?? [];
}

describe('a live database', () => {
  let document: vscode.TextDocument;
  let uri: string;
  before(async () => {
    assert.notEqual(address, '', 'The runner has not started the service.');
    await api();
    await useAddress(address);
    ({ document } = await openNew(strategy));
    uri = document.uri.toString();
  });
  after(async () => {
    await run('setNcbiKey', '');
    await useAddress(undefined);
  });

  it('is asked when the person wants it, for all lines, and says how many were measured', async () => {
    assert.match(await hoverText(document, at(document, 'home[tiab]', 1)), /not measured/i);
    const done = await run<MeasureStrategyResult>('measureStrategy', uri);
    assert.deepEqual([done.lines, done.measured, done.failed], [4, 4, []]);
    const text = await numbers(document, 'all four lines', (all) => all.split('\n').length === 4);
    assert.match(text, /320 rec/);
    assert.match(text, /3\/4/);
    const said = await until('a hover with numbers', async () => {
      const hover = await hoverText(document, at(document, 'home[tiab]', 1));
      return /\d+ records?/.test(hover) && hover;
    });
    assert.match(said, /PubMed \(live/);
  });

  it('lists missed seeds, found seeds and records, and loads more of them', async () => {
    const { records, recordsMessage } = await api();
    await run('showRecords', uri, '4');
    const labels = await until('three sections', () => {
      const rows = records.getChildren();
      return rows.length === 3 && rows.map(({ label, description }) => `${label} ${description}`);
    });
    assert.deepEqual(labels, ['Missed seeds 1', 'Found seeds 3', 'Found 320']);
    assert.deepEqual(
      (await section('Missed seeds')).map(({ id, description }) => [id, description]),
      [['99999999', 'not in this database']],
    );
    assert.ok((await section('Found seeds')).every(({ isSeed, label }) => isSeed && !/^Record/.test(label)));
    assert.equal((await section('Found')).length, 101);
    await vscode.commands.executeCommand('querent.records.loadMore');
    assert.equal(
      await until(
        'more',
        async () => (await section('Found')).length > 101 && (await section('Found')).length,
      ),
      201,
    );
    assert.match(recordsMessage() ?? '', /Line #4: 3\/4 seeds · 320 records.*Measured in PubMed \(live/);
  });

  it('exports all records of a line, replaces what the person agreed to replace, and leaves nothing else', async () => {
    const path = join(workspaceFolder(), 'exported.nbib');
    writeFileSync(path, 'an older export');
    const done = await run<ExportRecordsResult>('exportRecords', uri, '4', vscode.Uri.file(path), 'nbib');
    assert.equal(done.records, 320);
    const text = readFileSync(path, 'utf8');
    assert.equal(text.match(/^PMID- /gm)?.length, 320);
    assert.match(text, /^TI {2}- /m);
    assert.equal(existsSync(`${path}.part`), false);
    // What is exported is a citation file: the same question finds the same in it.
    const copy = await openNew('---\ndatabase: exported.nbib\n---\n#1 participants[tiab]\n');
    await numbers(copy.document, 'the exported records', (all) => /320 rec/.test(all));
  });

  it('says which block loses each seed, on a page', async () => {
    await run('diagnoseMissedSeeds', uri, '3');
    const text = await report('Missed seeds of line 3');
    assert.match(text, /seeds are missed/);
    assert.match(text, /\| Missed seed \| home \(\\#2\) \|/);
    assert.match(text, /not in PubMed/);
  });

  it('estimates what is missed, and tells counts over time, on pages', async () => {
    await run('estimateCompleteness', uri, '1');
    assert.match(await report('What line 1 may miss'), /95 % interval/);
    const text = await until('the note of the counts', async () => {
      await run('showCountHistory', uri);
      const said = await report('Count history');
      return said.includes('Line \\#4') && said;
    });
    assert.match(text, /\| Line \\#4 \| 320 \|/);
  });

  it('keeps a key in secret storage, tests it, and takes it away', async () => {
    const taken = await run<TestNcbiKeyResult>('setNcbiKey', ` ${key} `);
    assert.deepEqual([taken.verdict, taken.origin], ['accepted', 'secret-storage']);
    const refused = await run<TestNcbiKeyResult>('setNcbiKey', 'f'.repeat(36));
    assert.equal(refused.verdict, 'rejected');
    assert.doesNotMatch(refused.message, /ffff/);
    assert.doesNotMatch(
      JSON.stringify(vscode.workspace.getConfiguration('querent')),
      new RegExp(`${key}|ffff`),
    );
    await run('setNcbiKey', '');
    assert.equal((await run<TestNcbiKeyResult>('testNcbiKey')).verdict, 'none');
  });

  it('that gives no answer is an error with its reason, never a zero', async () => {
    await useAddress(`${address}/nowhere`);
    const { recordsMessage } = await api();
    const done = await until('the failure of every line', async () => {
      const result = await run<MeasureStrategyResult>('measureStrategy', uri);
      return result.failed.length === 4 && result;
    });
    assert.equal(done.measured, 0);
    assert.match(done.failed[0]?.message ?? '', /PubMed/);
    assert.doesNotMatch((await hints(document)).map(({ text }) => text).join('\n'), /\b0 rec/);
    await run('showRecords', uri, '4');
    await until(
      'the reason above the records',
      () => /PubMed/.test(recordsMessage() ?? '') && !/320/.test(recordsMessage() ?? ''),
    );
    await useAddress(address);
  });
});
