import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { RecordNode } from '../../../client/src/views/recordsTree.ts';
import { api, at, citations, openNew, until, write } from './workbench.ts';

/** 260 records on walking, then 40 on swimming. */
const many = (): string => citations(300, (i) => `${i < 260 ? 'Walking' : 'Swimming'}, invented study ${i}`);
/** Two on walking, one on swimming, one that the file does not hold. */
const seeds = ['91000005', '91000100', '91000270', '99999999'];
const strategy = `---\ndatabase: many.jsonl\nseeds: [${seeds.join(', ')}]\n---\n#1 walking[tiab]\n#2 swimming[tiab]\n`;

async function section(label: string): Promise<readonly RecordNode[]> {
  const { records } = await api();
  return records.getChildren().find((row) => row.label === label)?.children ?? [];
}
const records = async (): Promise<readonly RecordNode[]> =>
  (await section('Found')).filter((row) => row.kind === 'record');
const ids = (rows: readonly RecordNode[]): (string | undefined)[] => rows.map((row) => row.id);

async function show(document: vscode.TextDocument, label: string): Promise<string> {
  await vscode.commands.executeCommand('querent.showRecords', document.uri.toString(), label);
  return (await api()).recordsMessage() ?? '';
}

async function replace(document: vscode.TextDocument, text: string, by: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const start = at(document, text);
  edit.replace(document.uri, new vscode.Range(start, at(document, text, text.length)), by);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

describe('results view', () => {
  before(() => {
    write('many.jsonl', many());
  });

  it('lists missed seeds first, tells which of them the database does not hold, and marks found ones', async () => {
    const { document } = await openNew(strategy);
    const message = await show(document, '1');
    assert.match(message, /^Line #1: 2\/4 seeds · 260 records/);
    assert.match(message, /many\.jsonl, 300 records/);
    const labels = (await api()).records.getChildren().map((row) => row.label);
    assert.deepEqual(labels, ['Missed seeds', 'Found seeds', 'Found']);
    assert.deepEqual(ids(await section('Found seeds')).sort(), ['91000005', '91000100']);
    const missed = await section('Missed seeds');
    assert.deepEqual(ids(missed), ['91000270', '99999999']);
    assert.equal(missed[0]?.label, 'Swimming, invented study 270');
    assert.doesNotMatch(missed[0]?.description ?? '', /not in this database/);
    assert.match(missed[1]?.description ?? '', /not in this database/);
    for (;;) {
      const rows = await section('Found');
      if (rows.at(-1)?.kind !== 'more') break;
      await vscode.commands.executeCommand('querent.records.loadMore');
    }
    const marked = (await records()).filter((row) => row.isSeed);
    assert.deepEqual(ids(marked).sort(), ['91000005', '91000100']);
    assert.ok(marked.every((row) => row.description?.startsWith('seed')));
  });

  it('"Show more" adds a page at a time until everything is there, each record once', async () => {
    const { document } = await openNew(strategy);
    await show(document, '1');
    const { records: tree } = await api();
    for (const [loaded, rest] of [
      [100, '160 more'],
      [200, '60 more'],
    ] as const) {
      assert.equal((await records()).length, loaded);
      const last = (await section('Found')).at(-1);
      assert.deepEqual([last?.kind, last?.description], ['more', rest]);
      assert.ok(last);
      const { command } = tree.getTreeItem(last);
      await vscode.commands.executeCommand(command?.command ?? 'the row has no command');
    }
    assert.ok((await section('Found')).every((row) => row.kind === 'record'));
    const all = ids(await records());
    assert.equal(all.length, 260);
    assert.equal(new Set(all).size, 260);
  });

  it('two clicks on "Show more" at once add one page', async () => {
    const { document } = await openNew(strategy);
    await show(document, '1');
    const more = async (): Promise<void> => vscode.commands.executeCommand('querent.records.loadMore');
    await Promise.all([more(), more()]);
    const all = ids(await records());
    assert.equal(all.length, 200);
    assert.equal(new Set(all).size, 200);
  });

  it('shows the line that was asked for last', async () => {
    const { document } = await openNew(strategy);
    await Promise.all([show(document, '1'), show(document, '2')]);
    assert.match((await api()).recordsMessage() ?? '', /^Line #2: 1\/4 seeds · 40 records/);
    assert.equal((await records()).length, 40);
  });

  it('after an edit it says that it is older, and Measure Again refreshes it', async () => {
    const { document } = await openNew(strategy);
    const { recordsMessage } = await api();
    await show(document, '1');
    await replace(document, 'walking[tiab]', 'swimming[ti]');
    await until('the mark of an older result', () => recordsMessage()?.startsWith('Before the last edit'));
    assert.equal((await records()).length, 100);
    await vscode.commands.executeCommand('querent.records.refresh');
    assert.match(recordsMessage() ?? '', /^Line #1: 1\/4 seeds · 40 records/);
    assert.deepEqual(ids(await section('Missed seeds')), ['91000005', '91000100', '99999999']);
    assert.ok((await records()).every((row) => row.label.startsWith('Swimming')));
  });

  it('"Show more" after an edit starts over: it never mixes the records of two queries', async () => {
    const { document } = await openNew(strategy);
    const { recordsMessage } = await api();
    await show(document, '1');
    await replace(document, '#1 walking[tiab]', '#1 walking[tiab] OR swimming[tiab]');
    await until('the mark of an older result', () => recordsMessage()?.startsWith('Before the last edit'));
    await vscode.commands.executeCommand('querent.records.loadMore');
    assert.match(recordsMessage() ?? '', /^Line #1: 3\/4 seeds · 300 records/);
    const all = ids(await records());
    assert.equal(all.length, 100);
    assert.equal(new Set(all).size, 100);
  });

  it('Measure Again reads a database that has changed', async () => {
    write(
      'growing.jsonl',
      citations(3, (i) => `Walking ${i}`),
    );
    const { document } = await openNew('---\ndatabase: growing.jsonl\n---\n#1 walking[tiab]\n');
    assert.match(await show(document, '1'), /· 3 records|: 3 records/);
    write(
      'growing.jsonl',
      citations(5, (i) => `Walking ${i}`),
    );
    await vscode.commands.executeCommand('querent.records.refresh');
    assert.match((await api()).recordsMessage() ?? '', /: 5 records/);
    assert.equal((await records()).length, 5);
  });

  const failing: readonly (readonly [what: string, text: string, label: string, says: RegExp])[] = [
    [
      'a database that is not there',
      '---\ndatabase: nowhere.jsonl\n---\n#1 walking[tiab]\n',
      '1',
      /nowhere\.jsonl/,
    ],
    ['a broken database', '---\ndatabase: noise.sqlite\n---\n#1 walking[tiab]\n', '1', /noise\.sqlite/],
    ['a line that refers to itself', '---\ndatabase: many.jsonl\n---\n#1 #1 OR walking\n', '1', /#1/],
    ['a line that is gone', '---\ndatabase: many.jsonl\n---\n#1 walking\n', '7', /no line #7/],
  ];
  for (const [what, text, label, says] of failing) {
    it(`${what} is told in the place of the records`, async () => {
      write('noise.sqlite', 'this is no database');
      const good = await openNew(strategy);
      await show(good.document, '1');
      assert.ok((await records()).length > 0);
      const { document } = await openNew(text);
      const message = await show(document, label);
      assert.match(message, says);
      assert.doesNotMatch(message, /\d records/);
      assert.deepEqual((await api()).records.getChildren(), []);
    });
  }
});
