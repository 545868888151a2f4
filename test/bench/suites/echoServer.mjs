// The floor of the protocol: a language server that parses nothing and answers everything with what costs nothing. What it
// needs, every server with this transport on this machine needs.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { createConnection, TextDocuments, TextDocumentSyncKind } = require('vscode-languageserver/node');
const { TextDocument } = require('vscode-languageserver-textdocument');

const connection = createConnection();
new TextDocuments(TextDocument).listen(connection);
connection.onInitialize(() => ({
  capabilities: {
    textDocumentSync: TextDocumentSyncKind.Incremental,
    hoverProvider: true,
    completionProvider: {},
    diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false },
  },
}));
connection.languages.diagnostics.on(() => ({ kind: 'full', items: [] }));
connection.onCompletion(() => []);
connection.onHover(() => ({ contents: 'hover' }));
connection.listen();
