import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { BuildLibraryResult } from '../../../server/src/protocol.ts';
import { at, citations, hoverText, numbers, openNew, until, workspaceFolder, write } from './workbench.ts';

const build = async (input: vscode.Uri, output: vscode.Uri): Promise<BuildLibraryResult | undefined> =>
  vscode.commands.executeCommand<BuildLibraryResult | undefined>('querent.buildLibrary', [input], output);

const target = (name: string): vscode.Uri => vscode.Uri.file(join(workspaceFolder(), name));

/** Four good records; the bad ones stand in lines 2, 4 and 6. */
function halfBroken(): string {
  const good = citations(4, (i) => `Rowing and knees, part ${i}`).split('\n');
  return [good[0], '{"pmid": "91', good[1], 'not json', good[2], '{"title":"no id"}', good[3], ''].join('\n');
}

describe('citation library', () => {
  it('is built of the good records, names the bad ones by line, and strategies are measured in it', async () => {
    const input = write('half.jsonl', halfBroken());
    const result = await build(input, target('built.sqlite'));
    assert.ok(result, 'the command gave no result');
    assert.equal(result.records, 4);
    assert.equal(result.rejectedTotal, 3);
    assert.deepEqual(
      result.rejected.map(({ line }) => line),
      [2, 4, 6],
    );
    for (const { file, reason } of result.rejected) {
      assert.equal(file, input.fsPath);
      assert.ok(reason.length > 5, reason);
    }
    const { document } = await openNew(
      '---\ndatabase: built.sqlite\nseeds: [91000001, 91000003]\n---\n#1 rowing[tiab]\n',
    );
    const shown = await numbers(document, 'rowing', (text) => /\d+ rec/.test(text));
    assert.match(shown, /\b4 rec/);
    assert.match(shown, /2\/2/);
    assert.match(await hoverText(document, at(document, 'rowing', 2)), /built\.sqlite/);
  });

  it('of a file without a good record is not built', async () => {
    const output = target('never.sqlite');
    assert.equal(await build(write('rubbish.jsonl', 'rubbish\n'), output), undefined);
    assert.ok(!existsSync(output.fsPath));
  });

  it('that breaks while it is open is told, not guessed; whole again it is measured', async () => {
    const output = target('breaking.sqlite');
    assert.ok(
      await build(
        write(
          'rowing.jsonl',
          citations(7, (i) => `Rowing ${i}`),
        ),
        output,
      ),
    );
    const { document } = await openNew('---\ndatabase: breaking.sqlite\n---\n#1 rowing[tiab]\n');
    await numbers(document, 'rowing', (text) => /\b7 rec/.test(text));
    const whole = readFileSync(output.fsPath);
    const hover = async (): Promise<string> => hoverText(document, at(document, 'rowing', 2));
    const measureAgain = async (): Promise<void> =>
      vscode.commands.executeCommand('querent.measureAgain', document.uri.toString());

    write('breaking.sqlite', whole.subarray(0, 5000));
    await measureAgain();
    const told = await until('the error', async () => {
      const text = [
        await hover(),
        ...vscode.languages.getDiagnostics(document.uri).map((problem) => problem.message),
      ].join('\n');
      return /breaking\.sqlite/.test(text) && !/\d records?/.test(text) && text;
    });
    assert.doesNotMatch(told, /\b0 records/);

    write('breaking.sqlite', whole);
    await measureAgain();
    await numbers(document, 'rowing again', (text) => /\b7 rec/.test(text));
    assert.match(await hover(), /7 records/);
  });
});
