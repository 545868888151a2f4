import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { api, at, hints, hoverText, open, openNew, until } from './workbench.ts';

describe('measurement', () => {
  it('every line shows at its end how many records and seeds it finds', async () => {
    const { document } = await open('falls.pubmed');
    const lines = [1, 2, 3, 4].map((label) => at(document, `#${label} `).line);
    const found = await until('a number at every line', async () => {
      const list = await hints(document);
      return lines.every((line) => list.some((hint) => hint.line === line && /\d/.test(hint.text))) && list;
    });
    const last = found
      .filter((hint) => hint.line === lines[3])
      .map((hint) => hint.text)
      .join(' ');
    assert.match(last, /\d+\s*(records?|rec)/);
    assert.match(last, /\d+\/12/);
  });

  it('the code lens tells about the whole strategy', async () => {
    const { document } = await open('falls.pubmed');
    const titles = await until('code lenses with numbers', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        20,
      );
      const list = lenses.map((lens) => lens.command?.title ?? '');
      return list.some((title) => /\d/.test(title)) && list;
    });
    assert.ok(
      titles.some((title) => /12/.test(title)),
      titles.join(' | '),
    );
  });

  it('hover tells count, seeds and where they were counted', async () => {
    const { document } = await open('falls.pubmed');
    const text = await until('a hover with numbers', async () => {
      const said = await hoverText(document, at(document, 'falls[tiab]', 2));
      return /\d+ records?/.test(said) && said;
    });
    assert.match(text, /\d+\s*(\/|of)\s*12/);
    assert.match(text, /citations\.jsonl/);
  });

  it('the results view lists missed seeds first, then the records, seeds marked', async () => {
    const { records } = await api();
    const { document } = await open('falls.pubmed');
    await vscode.commands.executeCommand('querent.showRecords', document.uri.toString(), '#4');
    const sections = await until('the results view', () => {
      const rows = records.getChildren();
      return rows.length > 0 && rows;
    });
    const found = sections.find((section) => section.label === 'Found');
    assert.ok(found?.children && found.children.length > 0, JSON.stringify(sections));
    assert.ok(
      found.children.some((row) => row.isSeed),
      'no seed is marked',
    );
    if (sections.length > 1) assert.equal(sections[0]?.label, 'Missed seeds');
    const seeds = found.children.filter((row) => row.isSeed).length;
    const missed = sections[0]?.label === 'Missed seeds' ? (sections[0].children?.length ?? 0) : 0;
    const shownAll = !found.children.some((row) => row.kind === 'more');
    if (shownAll) assert.equal(seeds + missed, 12);
  });

  it('a database that cannot be opened is an error, never a zero', async () => {
    const { document } = await openNew(
      '---\ndatabase: nowhere.jsonl\nseeds: [90000001]\n---\n#1 falls[tiab]\n',
    );
    const shown = await until('the error in hover, hint or problem', async () => {
      const said = [
        await hoverText(document, at(document, 'falls', 2)),
        ...(await hints(document)).map((hint) => hint.text),
        ...vscode.languages.getDiagnostics(document.uri).map((problem) => problem.message),
      ].join('\n');
      return said.includes('nowhere.jsonl') && said;
    });
    assert.doesNotMatch(shown, /\b0 records/);
  });
});
