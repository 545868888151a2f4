import { describe, expect, it } from 'vitest';
import { hintText, initializeParams, startServer, TestFolder, type Transport } from './harness.ts';
import { citations, strategy } from './library.ts';

const transports: readonly Transport[] = ['stdio', 'node-ipc'];

describe.each(transports)('over %s', (transport) => {
  it('says what it can and ends with 0 after shutdown and exit', async () => {
    const server = await startServer({ transport });
    expect(server.initialized.capabilities).toMatchObject({
      textDocumentSync: { openClose: true, change: 2 },
      hoverProvider: expect.anything(),
      inlayHintProvider: expect.anything(),
      codeLensProvider: { resolveProvider: true },
      codeActionProvider: { resolveProvider: true },
      documentSymbolProvider: expect.anything(),
      foldingRangeProvider: expect.anything(),
      definitionProvider: expect.anything(),
      referencesProvider: expect.anything(),
      documentHighlightProvider: expect.anything(),
      renameProvider: { prepareProvider: true },
      selectionRangeProvider: expect.anything(),
      semanticTokensProvider: { full: expect.anything(), range: expect.anything() },
      documentFormattingProvider: expect.anything(),
      diagnosticProvider: { workspaceDiagnostics: false },
    });
    expect(await server.stop()).toBe(0);
    expect(server.stderr).toBe('');
  });

  it('ends with 1 at exit without shutdown', async () => {
    const server = await startServer({ transport });
    await server.connection.sendNotification('exit');
    expect(await server.exited).toBe(1);
    server.kill();
  });

  it('measures a document and lets go of everything at the end', async () => {
    const folder = new TestFolder();
    folder.write('citations.jsonl', citations);
    const server = await startServer({ transport, folder: folder.path, settings: {} });
    const uri = folder.uri('a.pubmed');
    await server.open(uri, strategy);
    const hints = await server.until(
      () => server.request<{ label: unknown }[]>('textDocument/inlayHint', wholeOf(uri)),
      (answer) => answer.length === 3 && answer.every((hint) => /\d/.test(hintText(hint))),
      'Hints of three lines',
    );
    expect(hints).toHaveLength(3);
    expect(await server.stop()).toBe(0);
    folder.dispose();
  });
});

describe('order of messages', () => {
  it('refuses requests before initialize and after shutdown, and goes on', async () => {
    const server = await startServer({ bare: true });
    const hover = { textDocument: { uri: 'file:///a.pubmed' }, position: { line: 0, character: 0 } };
    await expect(server.request('textDocument/hover', hover)).rejects.toMatchObject({ code: -32002 });
    await expect(server.request('querent/rewrite', { uri: 'file:///a.pubmed' })).rejects.toMatchObject({
      code: -32002,
    });
    // Notifications before initialize are dropped or taken; they must not harm.
    await server.open('file:///a.pubmed', '#1 a[tiab]');
    await server.request('initialize', initializeParams({}));
    expect(await server.request('textDocument/hover', hover)).toBeDefined();
    await server.request('shutdown');
    await expect(server.request('textDocument/hover', hover)).rejects.toMatchObject({ code: -32600 });
    await server.connection.sendNotification('exit');
    expect(await server.exited).toBe(0);
  });

  it('answers MethodNotFound to what it does not know', async () => {
    const server = await startServer();
    await expect(server.request('textDocument/nonsense', {})).rejects.toMatchObject({ code: -32601 });
    await server.stop();
  });

  it('works for a client that can do nothing', async () => {
    const server = await startServer({ bare: true });
    await server.request('initialize', { processId: null, rootUri: null, capabilities: {} });
    await server.connection.sendNotification('initialized', {});
    await server.open('file:///a.pubmed', '#1 (a[tiab] OR');
    const message = await server.message(({ method }) => method === 'textDocument/publishDiagnostics');
    expect(message.params).toMatchObject({ uri: 'file:///a.pubmed' });
    expect((message.params as { diagnostics: unknown[] }).diagnostics).not.toHaveLength(0);
    await server.close('file:///a.pubmed');
    await server.message(
      ({ method, params }) =>
        method === 'textDocument/publishDiagnostics' &&
        (params as { diagnostics: unknown[] }).diagnostics.length === 0,
    );
    expect(await server.stop()).toBe(0);
  });
});

function wholeOf(uri: string): object {
  return {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } },
  };
}
