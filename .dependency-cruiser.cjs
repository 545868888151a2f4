// The arrows of the house (docs/architecture.md), enforced: who may import whom, and who may import which runtime.
// A change here is a change of the architecture and is argued there.

/**
 * The rooms of core and the rooms they may touch. A room may always touch itself. Listed from the ground up; nothing points upward.
 */
const CORE_ROOMS = {
  text: [],
  metrics: [],
  channel: ['text'],
  prompting: ['text'],
  sql: ['text'],
  sqlSchema: ['text', 'sql'],
  sqlLint: ['text', 'sql', 'sqlSchema'],
  sqlExpectation: ['sql', 'metrics'],
  rewards: ['metrics'],
  pubmed: ['text'],
  mesh: ['text'],
  strategy: ['text', 'pubmed'],
  mapping: ['text', 'pubmed', 'mesh'],
  ovid: ['text', 'pubmed', 'mesh'],
  ctgov: ['text'],
  searchFile: ['text', 'strategy'],
  search: ['pubmed', 'metrics'],
  corpus: ['text', 'pubmed', 'mesh', 'mapping', 'search'],
  lint: ['text', 'strategy', 'pubmed', 'mesh', 'mapping', 'ovid', 'ctgov', 'sql', 'sqlSchema', 'sqlLint'],
  connectors: ['text', 'strategy', 'pubmed', 'mesh', 'ctgov', 'search', 'corpus'],
  rewriting: ['text', 'metrics', 'strategy', 'pubmed', 'mesh', 'search', 'corpus', 'prompting'],
  sqlAssistant: ['text', 'metrics', 'prompting', 'sql', 'sqlSchema'],
  tasks: [
    ...['text', 'strategy', 'pubmed', 'mesh', 'ctgov', 'metrics', 'search', 'corpus'],
    ...['prompting', 'rewards', 'rewriting', 'sql', 'sqlSchema', 'sqlAssistant'],
  ],
  features: [
    ...['text', 'strategy', 'pubmed', 'mesh', 'search', 'mapping', 'ovid', 'ctgov', 'searchFile'],
    ...['sql', 'sqlSchema'],
  ],
};

/** Tests stand beside the code and may reach further than it, and so do the helpers in their folders `testing`. */
const TESTS = '[.]test[.]ts$|/testing/[^/]+[.]ts$';

const roomRules = Object.entries(CORE_ROOMS).map(([room, touches]) => ({
  name: `core-${room}`,
  comment: `core/src/${room} may touch ${touches.length > 0 ? touches.join(', ') : 'no other room'}.`,
  severity: 'error',
  from: { path: `(^|/)core/src/${room}/`, pathNot: TESTS },
  to: { path: '(^|/)core/src/', pathNot: `(^|/)core/src/(${[room, ...touches].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'core-rooms-are-known',
      comment: 'A new room of core needs its row in CORE_ROOMS.',
      severity: 'error',
      from: {
        path: '(^|/)core/src/',
        pathNot: [TESTS, `(^|/)core/src/(${Object.keys(CORE_ROOMS).join('|')})/`],
      },
      to: {},
    },
    {
      name: 'core-rooms-by-their-door',
      comment: 'A room is entered through its index.ts, so that what it offers can be read in one place.',
      severity: 'error',
      from: { path: '(^|/)core/src/([^/]+)/', pathNot: TESTS },
      to: { path: '(^|/)core/src/[^/]+/', pathNot: ['(^|/)core/src/[^/]+/index[.]ts$', '(^|/)core/src/$2/'] },
    },
    {
      name: 'core-imports-nothing-above',
      comment: 'core is the ground floor.',
      severity: 'error',
      from: { path: '(^|/)core/src/' },
      to: { path: '(^|/)(server|client|trainer)/' },
    },
    {
      name: 'core-no-runtime',
      comment:
        'core does no I/O: no Node modules, no editor, no protocol, no model runtime. I/O is injected.',
      severity: 'error',
      from: { path: '(^|/)core/src/', pathNot: TESTS },
      to: { path: '(^|/)(vscode|vscode-[^/]+|node-llama-cpp|@node-llama-cpp)(/|$)' },
    },
    {
      name: 'core-no-node',
      comment: 'core runs anywhere: Web APIs instead of node: modules.',
      severity: 'error',
      from: { path: '(^|/)core/src/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'server-imports-core-only',
      severity: 'error',
      from: { path: '(^|/)server/src/' },
      to: { path: '(^|/)(client|trainer)/' },
    },
    {
      name: 'client-imports-protocol-only',
      comment: 'The client knows the server by its messages.',
      severity: 'error',
      from: { path: '(^|/)client/src/' },
      to: {
        path: '(^|/)(core|server|trainer)/',
        pathNot: '(^|/)server/src/(protocol|checkpointProtocol|liveProtocol|sqlProtocol)[.]ts$',
      },
    },
    {
      name: 'trainer-imports-core-and-shared-rooms-of-the-server',
      comment:
        "Libraries and models are opened by the same code as in the editor, and commands print and end alike; nothing else of the server is the trainer's.",
      severity: 'error',
      from: { path: '(^|/)trainer/src/', pathNot: TESTS },
      to: {
        path: '(^|/)(server|client)/',
        pathNot:
          '(^|/)server/src/(library|databases|live|models|sqlAssistant|terminal|checkpoints)/index[.]ts$',
      },
    },
    {
      name: 'shared-rooms-of-the-server-know-no-other',
      comment: 'What the trainer opens must not bring the language server along.',
      severity: 'error',
      from: {
        path: '(^|/)server/src/(library|databases|live|models|sqlAssistant|terminal|checkpoints)/',
        pathNot: TESTS,
      },
      to: {
        path: '(^|/)server/src/',
        pathNot: '(^|/)server/src/(library|databases|live|models|sqlAssistant|terminal|checkpoints)/',
      },
    },
    {
      name: 'tools-know-no-protocol-and-no-front',
      comment:
        'What other assistants may use is the same in the editor and in `querent mcp`: it is given its context and knows neither.',
      severity: 'error',
      from: { path: '(^|/)server/src/tools/', pathNot: TESTS },
      to: {
        path: ['(^|/)server/src/', '(^|/)(vscode-[^/]+|@modelcontextprotocol)(/|$)'],
        pathNot: '(^|/)server/src/(tools|library|measuring|models)/',
      },
    },
    {
      name: 'language-server-is-a-front',
      comment:
        'What the command line has in common with the editor lies in a room of its own; only `querent lsp` starts the server.',
      severity: 'error',
      from: {
        path: '(^|/)server/src/',
        pathNot: [TESTS, '(^|/)server/src/(lsp/|cli/commands/lsp[.]ts$)'],
      },
      to: { path: '(^|/)server/src/lsp/' },
    },
    {
      name: 'sql-documents-know-no-front',
      comment:
        'Which database a document asks and which rows it expects is the same in the editor and in `querent sql`.',
      severity: 'error',
      from: { path: '(^|/)server/src/sqlDocuments/', pathNot: TESTS },
      to: {
        path: '(^|/)server/src/',
        pathNot: '(^|/)server/src/((sqlDocuments|databases|measuring)/|sqlProtocol[.]ts$)',
      },
    },
    {
      name: 'tools-by-their-door',
      comment:
        'Heavy as they are, they are loaded when they are first used: through index.ts and localContext.ts.',
      severity: 'error',
      from: { path: '(^|/)(server|client|trainer)/src/', pathNot: [TESTS, '(^|/)server/src/tools/'] },
      to: { path: '(^|/)server/src/tools/', pathNot: '(^|/)server/src/tools/(index|localContext)[.]ts$' },
    },
    {
      name: 'only-the-mcp-server-knows-its-protocol',
      severity: 'error',
      from: {
        path: '(^|/)(core|server|client|trainer)/src/',
        pathNot: [TESTS, '(^|/)server/src/cli/mcpServer[.]ts$'],
      },
      to: { path: '(^|/)@modelcontextprotocol(/|$)' },
    },
    {
      name: 'only-client-knows-vscode',
      severity: 'error',
      from: { pathNot: '(^|/)(client/src|test/vscode)/' },
      to: { path: '(^|/)(vscode$|@types/vscode|vscode-languageclient)' },
    },
    {
      name: 'only-lsp-knows-the-protocol',
      comment:
        'protocol.ts may name types of the protocol; the client has its own side of it; the tests drive it.',
      severity: 'error',
      from: { pathNot: ['(^|/)server/src/lsp/', '(^|/)client/src/', '(^|/)test/', '(^|/)node_modules/'] },
      to: { path: '(^|/)(vscode-languageserver|vscode-jsonrpc)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'protocol-types-in-protocol-only',
      severity: 'error',
      from: {
        pathNot: [
          '(^|/)server/src/(lsp/|protocol[.]ts$)',
          '(^|/)client/src/',
          '(^|/)test/',
          '(^|/)node_modules/',
        ],
      },
      to: { path: '(^|/)vscode-languageserver' },
    },
    {
      name: 'only-model-host-knows-the-model-runtime',
      comment: 'A native crash may cost the child process and nothing else.',
      severity: 'error',
      from: {
        path: '(^|/)(core|server|client|trainer|test|scripts)/',
        // The bare loop is what the host is measured against; it runs in a process of its own, too.
        pathNot: '(^|/)(server/src/models/(host|.*[.]test[.]ts$)|test/bench/suites/bareLoop[.]mjs$)',
      },
      to: { path: '(^|/)(@node-llama-cpp|node-llama-cpp)(/|$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'products-do-not-import-tests',
      severity: 'error',
      from: { path: '(^|/)(core|server|client|trainer)/src/', pathNot: TESTS },
      to: { path: [TESTS, '(^|/)test/'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere hides from every other rule.',
      severity: 'error',
      from: { path: '(^|/)(core|server|client|trainer)/' },
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Anchored: packages keep their code in a dist/ too, and must stay visible to the rules.
    exclude: { path: '^(dist|dist-test|test-results|[.]cache|[.]tsbuild)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'],
    },
  },
};
