import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import {
  api,
  at,
  hints,
  hoverText,
  open,
  openNew,
  problems,
  until,
  whole,
  workspaceFolder,
} from './workbench.ts';

/** A million bytes that look random and are the same in every run. */
function noise(): Uint8Array {
  const bytes = new Uint8Array(1_000_000);
  let state = 0x9e3779b9;
  for (let i = 0; i < bytes.length; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** [what, content, what a diagnostic must say]; no pattern: it must be fine. */
const CASES: readonly (readonly [what: string, content: string, says?: RegExp])[] = [
  ['an unclosed quote', '#1 "heart attack[tiab]\n', /quot/i],
  ['an unclosed bracket', '#1 (aged[mh] OR falls[tiab]\n', /parenthes|bracket|\)/i],
  ['an unclosed tag', '#1 aged[mh\n', /\]|tag|bracket/i],
  ['an unknown tag', '#1 aged[nosuchtag]\n', /nosuchtag/],
  ['a line that refers to itself', '#1 aged[mh]\n#2 #1 AND #2\n', /itself|circ|cycle|#2/i],
  ['front matter that does not parse', '---\ntitle: [unclosed\n---\n#1 aged[mh]\n', /./],
  ['seeds that are not ids', '---\nseeds: [banana]\n---\n#1 aged[mh]\n', /banana/],
  ['an empty file', ''],
  ['Windows line ends', '#1 aged[mh]\r\n#2 falls[tiab]\r\n#3 #1 AND #2\r\n'],
  ['a byte order mark', '\uFEFF#1 aged[mh]\n'],
  ['curly quotes', '#1 “older adults”[tiab]\n', /quot/i],
  ['emoji', '#1 "🧓 falls"[tiab]\n#2 #1 OR aged[mh]\n'],
  ['right-to-left text', '#1 "سقوط كبار السن"[tiab] OR "נפילות"[tiab]\n'],
];

describe('bad input', () => {
  for (const [what, content, says] of CASES) {
    it(`${what}: ${says ? 'is told in its place' : 'is fine'}, and everything still answers`, async () => {
      const { document } = await openNew(content);
      if (says) {
        const list = await problems(document, what, (found) =>
          found.some((problem) => says.test(problem.message)),
        );
        for (const problem of list)
          assert.ok(whole(document).contains(problem.range), `${problem.message} is out of range`);
      }
      await vscode.commands.executeCommand('vscode.executeDocumentSymbolProvider', document.uri);
      await vscode.commands.executeCommand('vscode.executeFoldingRangeProvider', document.uri);
      await hoverText(document, new vscode.Position(0, 1));
      await hints(document);
      if (!says) {
        const errors = vscode.languages
          .getDiagnostics(document.uri)
          .filter((problem) => problem.severity === vscode.DiagnosticSeverity.Error);
        assert.deepEqual(
          errors.map((problem) => problem.message),
          [],
        );
      }
    });
  }

  it('a megabyte of random bytes neither hangs nor kills the server', async () => {
    // VS Code itself refuses to open bytes that it takes for binary; the same bytes as text are opened.
    const text = Buffer.from(noise()).toString('latin1').replaceAll('\u0000', ' ');
    const { document } = await openNew(text);
    const started = Date.now();
    await vscode.commands.executeCommand('vscode.executeFoldingRangeProvider', document.uri);
    assert.ok(Date.now() - started < 20_000, `folding took ${Date.now() - started} ms`);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    const { document: sample } = await open('falls.pubmed');
    await until('a hover in another document', async () =>
      /records?/.test(await hoverText(sample, at(sample, 'falls[tiab]', 2))),
    );
  }).timeout(60_000);

  const files: readonly (readonly [
    what: string,
    name: string,
    content: string | Uint8Array,
    says: RegExp,
  ])[] = [
    ['is empty', 'empty.jsonl', '', /empty|no records?|no citations?/i],
    ['is not UTF-8', 'latin.jsonl', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d, 0x0a]), /latin\.jsonl/i],
    ['holds nothing good', 'bad.jsonl', '{"pmid": \nnot json\n', /bad\.jsonl/i],
  ];
  for (const [what, name, content, says] of files) {
    it(`a citation file that ${what} is told in words`, async () => {
      writeFileSync(join(workspaceFolder(), name), content);
      const { document } = await openNew(`---\ndatabase: ${name}\n---\n#1 falls[tiab]\n`);
      const { status } = await api();
      const said = await until('a message about the file', async () => {
        const all = [
          ...(await hints(document)).map((hint) => hint.text),
          await hoverText(document, at(document, 'falls', 2)),
          ...vscode.languages.getDiagnostics(document.uri).map((problem) => problem.message),
          status()?.library.detail ?? '',
          status()?.library.explanation ?? '',
        ].join('\n');
        return says.test(all) && all;
      });
      assert.doesNotMatch(said, /\b0 records\b/);
    });
  }
});
