import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { descendants, numbers, open, until } from './workbench.ts';

const isMeasured = (text: string): boolean => /\d+ rec/.test(text) && text.includes('/12');

describe('language server', () => {
  it('killed, it is started again and the numbers come back', async () => {
    // /proc tells which process is the server.
    assert.ok(existsSync('/proc/self/stat'), 'this test needs /proc');
    const { document } = await open('falls.pubmed');
    const first = await numbers(document, 'all of falls', isMeasured);
    const old = descendants('server.cjs');
    assert.equal(old.length, 1, `${old.length} servers`);
    for (const pid of old) process.kill(pid, 'SIGKILL');
    await until('a new server', () => descendants('server.cjs').some((pid) => !old.includes(pid)));
    assert.equal(await numbers(document, 'the same of the new server', isMeasured), first);
  });

  it('killed while it is asked a lot, it is started again all the same', async () => {
    const { document } = await open('falls.pubmed');
    const first = await numbers(document, 'all of falls', isMeasured);
    const old = descendants('server.cjs');
    for (const pid of old) process.kill(pid, 'SIGKILL');
    // It is dead, and this process, which was busy meanwhile, does not know it yet: whatever is sent fails.
    for (const until = Date.now() + 300; Date.now() < until;);
    const sent = Array.from({ length: 10 }, () =>
      vscode.commands.executeCommand('querent.measureAgain', document.uri),
    );
    await Promise.allSettled(sent);
    await until('a new server', () => descendants('server.cjs').some((pid) => !old.includes(pid)));
    assert.equal(await numbers(document, 'the same of the new server', isMeasured), first);
  });

  it('restarted by the person, it measures what is open', async () => {
    const { document } = await open('falls.pubmed');
    const first = await numbers(document, 'all of falls', isMeasured);
    await vscode.commands.executeCommand('querent.restartServer');
    assert.equal(await numbers(document, 'the same of the new server', isMeasured), first);
  });
});
