import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { TestModelServer } from '../../lsp/openAi.ts';
import { panelPage, panelSays, panelText, pressButton, unfold, window } from './panel.ts';
import { api, at, open, openNew, revert, until } from './workbench.ts';

const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('querent');
const set = (key: string, value: unknown): Thenable<void> =>
  settings().update(key, value, vscode.ConfigurationTarget.Global);
const run = (command: string, document: vscode.TextDocument, ...more: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`querent.${command}`, document.uri.toString(), ...more);
const evil = '<img src=x onerror="document.title=1"> [run](command:workbench.action.quit)';

/** Sends pieces of an answer one by one, the last one when the test says so. */
class SlowAnswer {
  #response: ServerResponse | undefined;
  #isClosed = false;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  readonly take = (response: ServerResponse): void => {
    this.#response = response;
    response.on('close', () => (this.#isClosed = true));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of ['<think>Falls and exercise. ', evil, ' More of it.']) this.#send(piece);
  };

  #send(text: string): void {
    const data = { choices: [{ delta: { content: text }, text, finish_reason: null }] };
    this.#response?.write(`data: ${JSON.stringify(data)}\n\n`);
  }

  /** Ends with a query. */
  end(query: string): void {
    this.#send(`</think><answer>${JSON.stringify({ query })}</answer>`);
    this.#response?.end('data: [DONE]\n\n');
  }
}

async function whole(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

describe('the assistant', () => {
  let editor: vscode.TextEditor | undefined;
  afterEach(async () => {
    if (editor) await revert(editor);
    editor = undefined;
    await whole();
  });

  it('takes blocks over one after the other, each as one edit, and undo takes back the last', async () => {
    editor = await open('falls.pubmed');
    const { document } = editor;
    const text = document.getText();
    await run('catchMissedSeeds', document);
    await panelSays(/What catches the missed seeds of the whole strategy/);
    const page = await panelPage();
    const { proposals: all = [] } = (await api()).proposals()?.result ?? {};
    const several = all.find(({ blocks }) => blocks.filter(({ edits }) => edits.length > 0).length > 1);
    assert.ok(several, 'no proposal has two blocks to take over');
    const rows = await page.locator('.proposals tr[data-query]').all();
    await rows[all.indexOf(several)]?.click();
    const apply = page.getByRole('button', { name: /^Apply block/ });
    const enabled = async (): Promise<number> => {
      const all = await apply.all();
      return (await Promise.all(all.map((one) => one.isEnabled()))).filter(Boolean).length;
    };
    const count = await until('blocks to take over', async () => (await enabled()) > 1 && enabled());
    const first = async (): Promise<void> => {
      for (const one of await apply.all()) if (await one.isEnabled()) return one.click();
    };
    await first();
    await until('the first block in the strategy', () => document.getText() !== text);
    const one = document.getText();
    await until('one block fewer to take over', async () => (await enabled()) === count - 1);
    await first();
    await until('the second block in the strategy', () => document.getText() !== one);
    await until('the panel to know both', () =>
      api().then(({ proposals }) => proposals()?.applied.length === 2),
    );
    assert.match(document.getText(), /^#4 #1 AND #2 AND #3/m, 'the strategy still combines its lines');
    await vscode.commands.executeCommand('undo');
    await until('the first block alone', () => document.getText() === one);
    await until('the panel to know', () => api().then(({ proposals }) => proposals()?.applied.length === 1));
    await vscode.commands.executeCommand('undo');
    await until('the strategy as it was', () => document.getText() === text);
  });

  it('says what each term of a proposal brings, when asked', async () => {
    editor = await open('falls.pubmed');
    await run('rewrite', editor.document);
    assert.doesNotMatch(await panelText(), /Seeds added/);
    await unfold(/What each term brings/);
    const said = await panelSays(/Seeds added/);
    // What a term within parentheses of its own brings is not told.
    assert.match(said, /Seeds added\s+\S+\[\w+\]\s+\d+\s+(?:\d+|–)\s+\d+\s+(?:\d+|–)/);
  });

  it('rewrites the block at the cursor', async () => {
    editor = await open('falls.pubmed');
    const { document } = editor;
    const place = at(document, 'older[tiab]', 2);
    editor.selection = new vscode.Selection(place, place);
    await vscode.commands.executeCommand('querent.rewriteBlock');
    await panelSays(/Proposals for the block at line \d+/);
    const result = (await api()).proposals()?.result;
    assert.match(result?.query ?? '', /^elderly\[tiab\] OR older\[tiab\] OR senior\*\[tiab\]$/);
    assert.ok(result?.proposals.every(({ whole }) => whole !== undefined));
  });

  it('makes a strategy narrower', async () => {
    editor = await open('falls.pubmed');
    await run('narrow', editor.document, '1');
    await panelSays(/Narrower versions of line #1/);
    assert.equal((await api()).proposals()?.result?.goal, 'narrow');
  });

  it('explains a strategy, and a proposal, as a page beside it', async () => {
    editor = await open('falls.pubmed');
    await run('explain', editor.document);
    const shown = (): string =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label)).join('\n');
    await until('the page', () => /explained/i.test(shown()));
    const pages = (): string[] =>
      vscode.workspace.textDocuments
        .filter(({ uri }) => uri.scheme === 'querent-report')
        .map((document) => document.getText());
    await until('what each term finds', () => pages().some((text) => text.includes('elderly[tiab]')));
    await run('rewrite', editor.document);
    await pressButton('Explain');
    await until('a second page', () => (shown().match(/explained/gi) ?? []).length === 2);
    assert.equal(vscode.window.tabGroups.all.length, 2, 'no third column');
  });

  it('proposes a term while typing within an OR block, when that is switched on', async () => {
    await set('rewrite.inlineCompletion', true);
    try {
      editor = await openNew('---\ndatabase: citations.jsonl\n---\n#1 "accidental falls"[mh] OR \n');
      const { document } = editor;
      const end = document.lineAt(3).range.end;
      editor.selection = new vscode.Selection(end, end);
      await until('the term in grey', async () => {
        await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
        const page = await window();
        return (await page.locator('.ghost-text, .ghost-text-decoration').count()) > 0;
      });
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
      await until('the term in the strategy', () => /OR \S+\[tiab\]/.test(document.lineAt(3).text));
    } finally {
      await set('rewrite.inlineCompletion', undefined);
    }
  });

  it('answers the tools that other assistants call, for the strategy that is open', async () => {
    editor = await open('falls.pubmed');
    const { contributes } = vscode.extensions.getExtension('querent.querent')?.packageJSON as {
      contributes: { languageModelTools: { name: string }[] };
    };
    const names = contributes.languageModelTools.map(({ name }) => name);
    assert.ok(names.includes('querent_count'), names.join());
    const known = vscode.lm.tools.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => !known.includes(name)),
      [],
    );
    const call = async (name: string, input: object): Promise<string> => {
      const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
      return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
    };
    assert.match(await call('querent_count', {}), /22/);
    assert.match(await call('querent_check', { strategy: 'falls[zz]' }), /zz/);
    await assert.rejects(call('querent_count', { file: '/etc/passwd' }), /./);
  });
});

describe('a model server in the editor', () => {
  const server = new TestModelServer();
  let editor: vscode.TextEditor | undefined;
  before(async () => {
    await server.start();
    await set('model.samples', 1);
    await set('rewrite.rounds', 0);
  });
  beforeEach(async () => {
    server.models = ['big-model'];
    server.reply = () => '<answer>{"query": "falls[tiab] OR fall[tiab]"}</answer>';
    await set('model.endpoint', server.url);
  });
  afterEach(async () => {
    if (editor) await revert(editor);
    await whole();
  });
  after(async () => {
    for (const key of ['model.endpoint', 'model.endpointModel', 'model.samples', 'rewrite.rounds'])
      await set(key, undefined);
    server.stop();
  });

  it('is seen writing, and its answer becomes a proposal; what it writes is text, never markup', async () => {
    const answer = new SlowAnswer();
    server.reply = () => answer.take;
    editor = await open('falls.pubmed');
    const running = run('rewrite', editor.document);
    const said = await panelSays(/The model is writing 1 answer[^]*onerror/);
    assert.match(said, /<img src=x onerror="document\.title=1">/);
    await panelSays(/Proposal 1 /);
    answer.end('(falls[tiab] OR "accidental falls"[mh]) AND exercise*[tiab]');
    await running;
    const { proposals } = await api();
    const result = proposals()?.result;
    const own = [...(result?.proposals ?? []), ...(result?.rejected ?? [])].find(
      ({ origin }) => origin === 'model',
    );
    assert.equal(own?.source, 'big-model');
    const page = await panelPage();
    const row = page.locator('.proposals tbody tr').filter({ hasText: 'Model big-model' });
    await row.first().click();
    await unfold(/How the model reasoned/);
    await panelSays(/<img src=x onerror="document\.title=1"> \[run\]\(command:/);
    assert.equal(await page.locator('main img, main a, main script').count(), 0);
    assert.equal(await page.title(), 'Proposals');
  }).timeout(60_000);

  it('can be stopped while it writes: what is measured stays, and the server is let go', async () => {
    const answer = new SlowAnswer();
    server.reply = () => answer.take;
    editor = await open('falls.pubmed');
    const running = run('rewrite', editor.document);
    await panelSays(/The model is writing 1 answer/);
    await panelSays(/Proposal 1 /);
    await pressButton('Cancel');
    await running;
    await panelSays(/Stopped\. What was measured until then is below/);
    await until('the request to be given up', () => answer.isClosed);
    assert.ok(((await api()).proposals()?.result?.proposals.length ?? 0) > 0);
    assert.ok(await (await panelPage()).getByRole('button', { name: 'Apply All', exact: true }).isEnabled());
  }).timeout(60_000);

  it('is chosen from the list of models, which says what there is', async () => {
    server.models = ['big-model', 'small-model'];
    editor = await open('falls.pubmed');
    void vscode.commands.executeCommand('querent.chooseModel');
    const page = await window();
    const rows = page.locator('.quick-input-widget .quick-input-list .monaco-list-row');
    await until('the models of the server', async () =>
      (await rows.allInnerTexts()).some((text) => text.includes('small-model')),
    );
    const all = (await rows.allInnerTexts()).join('\n');
    assert.match(all, /big-model/);
    assert.match(all, /Browse for a GGUF File/);
    assert.match(all, /No Model/);
    await rows.filter({ hasText: 'small-model' }).first().click();
    await until('the model in the settings', () => settings().get('model.endpointModel') === 'small-model');
    void vscode.commands.executeCommand('querent.chooseModel');
    await until('the list', async () =>
      (await rows.allInnerTexts()).some((text) => text.includes('small-model')),
    );
    await rows.filter({ hasText: 'No Model' }).first().click();
    await until('no server in the settings', () => settings().get('model.endpoint') === '');
  }).timeout(60_000);

  it('gets the key from secret storage, also after a restart of the language server, and nothing else does', async () => {
    server.key = 'a-secret-of-this-test';
    try {
      const page = await window();
      void vscode.commands.executeCommand('querent.setModelKey');
      await page.locator('.quick-input-widget input[type=password]').fill('a-secret-of-this-test');
      await page.keyboard.press('Enter');
      const asked = server.asked.length;
      await vscode.commands.executeCommand('querent.restartServer');
      editor = await open('falls.pubmed');
      await run('rewrite', editor.document);
      const result = (await api()).proposals()?.result;
      const own = [...(result?.proposals ?? []), ...(result?.rejected ?? [])].filter(
        ({ origin }) => origin === 'model',
      );
      assert.ok(own.length > 0 && server.asked.length > asked);
      assert.doesNotMatch(JSON.stringify(own), /HTTP 401|Wrong key/);
      assert.doesNotMatch(JSON.stringify(settings()), /a-secret-of-this-test/);
    } finally {
      server.key = undefined;
      void vscode.commands.executeCommand('querent.setModelKey');
      const page = await window();
      await page.locator('.quick-input-widget input[type=password]').waitFor();
      await page.keyboard.press('Enter');
    }
  }).timeout(60_000);
});
