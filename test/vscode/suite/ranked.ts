import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { RankRecordsResult } from '../../../server/src/protocol.ts';
import { citations, openNew, write } from './workbench.ts';

const find = async (question: string): Promise<RankRecordsResult | undefined> =>
  vscode.commands.executeCommand<RankRecordsResult | undefined>('querent.findByQuestion', question);

describe('find records by question', () => {
  it('lists the records of the strategy’s database that fit best', async () => {
    write(
      'ranked.jsonl',
      citations(120, (i) => (i % 40 === 7 ? `Rowing and knees $(bug) ${i}` : `Walking, invented study ${i}`)),
    );
    const { document } = await openNew('---\ndatabase: ranked.jsonl\nseeds: [91000047]\n---\n#1 walking\n');
    const found = await find('Does rowing harm the knees?');
    assert.ok(found, 'the command gave no result');
    assert.equal(found.count, 3);
    assert.deepEqual(found.items.map(({ id }) => id).sort(), ['91000007', '91000047', '91000087']);
    assert.ok(found.items.every(({ score, url }) => score > 0 && url?.startsWith('https://')));
    assert.deepEqual(
      found.items.filter(({ isSeed }) => isSeed).map(({ id }) => id),
      ['91000047'],
    );
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    const many = await find('walking');
    assert.equal(many?.count, 117);
    assert.equal(many.items.length, 50);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    assert.equal(document.isDirty, false);
  });

  it('a question without a word to rank by is refused in words, not answered with nothing', async () => {
    await openNew('---\ndatabase: ranked.jsonl\n---\n#1 walking\n');
    assert.equal(await find('what is the'), undefined);
    assert.equal(await find(''), undefined);
  });
});
