import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { tinyGguf } from '../../../server/src/models/testing/tinyGguf.ts';
import { rewriteAndAccept } from './panel.ts';
import { api, at, descendants, hoverText, open, revert, until, workspaceFolder } from './workbench.ts';

const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('querent');

async function useModel(path: string | undefined): Promise<void> {
  await settings().update('model.path', path, vscode.ConfigurationTarget.Global);
}

/** Kills a process; false when it had ended by itself since it was listed. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

describe('model', () => {
  after(async () => {
    await useModel(undefined);
  });

  const broken: readonly (readonly [
    what: string,
    name: string,
    content: Uint8Array | undefined,
    says: RegExp,
  ])[] = [
    ['is missing', 'missing.gguf', undefined, /missing\.gguf|not found|does not exist|no such/i],
    ['is no GGUF', 'text.gguf', Buffer.from('this is not a model'), /gguf/i],
    ['is cut short', 'short.gguf', tinyGguf().slice(0, 40_000), /short|truncat|incomplete|ends|bytes/i],
  ];
  for (const [what, name, content, says] of broken) {
    it(`a file that ${what} is told in the status, and rewriting works without it`, async () => {
      const path = join(workspaceFolder(), name);
      if (content) writeFileSync(path, content);
      const { status } = await api();
      const editor = await open('falls.pubmed');
      const before = editor.document.getText();
      await useModel(path);
      await rewriteAndAccept(editor.document);
      await until('the changed document', () => editor.document.getText() !== before);
      const model = await until('the error in the status', () => {
        const now = status()?.model;
        return now?.state === 'error' ? now : undefined;
      });
      assert.match(`${model.detail} ${model.explanation ?? ''}`, says);
      await revert(editor);
    }).timeout(60_000);
  }

  it('killed in the middle of a rewrite, the method still proposes and the server still answers', async function () {
    // /proc tells which process is the model host; on other systems the server's own tests kill it.
    assert.ok(existsSync('/proc/self/stat'), 'this test needs /proc');
    const path = join(workspaceFolder(), 'tiny.gguf');
    writeFileSync(path, tinyGguf());
    const editor = await open('falls.pubmed');
    const before = editor.document.getText();
    await useModel(path);
    const { status } = await api();
    await until('the model to be known', () => ['idle', 'ready'].includes(status()?.model.state ?? 'none'));
    let killed = 0;
    const hunter = setInterval(() => {
      killed += descendants('modelHost.mjs').filter(kill).length;
    }, 20);
    try {
      await rewriteAndAccept(editor.document);
    } finally {
      clearInterval(hunter);
    }
    assert.ok(killed > 0, 'no model host was there to kill');
    await until('the changed document', () => editor.document.getText() !== before);
    await revert(editor);
    await until('a hover afterwards', async () =>
      /records?/.test(await hoverText(editor.document, at(editor.document, 'falls[tiab]', 2))),
    );
  }).timeout(120_000);
});
