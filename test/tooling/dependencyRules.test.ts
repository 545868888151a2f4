import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** [rule that must fire, file, import statement]; no rule means that the import is allowed. */
const CASES: readonly (readonly [rule: string | undefined, file: string, code: string])[] = [
  ['core-text', 'core/src/text/up.ts', "import '../pubmed/index.ts';"],
  ['core-pubmed', 'core/src/pubmed/up.ts', "import '../strategy/index.ts';"],
  ['core-metrics', 'core/src/metrics/side.ts', "import '../text/index.ts';"],
  ['core-corpus', 'core/src/corpus/up.ts', "import '../connectors/index.ts';"],
  ['core-features', 'core/src/features/side.ts', "import '../lint/index.ts';"],
  ['core-rooms-are-known', 'core/src/cellar/index.ts', "import '../text/index.ts';"],
  ['core-rooms-by-their-door', 'core/src/pubmed/window.ts', "import '../text/inner.ts';"],
  ['core-imports-nothing-above', 'core/src/features/above.ts', "import '../../../server/src/protocol.ts';"],
  ['core-no-runtime', 'core/src/features/editor.ts', "import 'vscode';"],
  ['core-no-runtime', 'core/src/features/lsp.ts', "import type {} from 'vscode-languageserver-types';"],
  ['core-no-node', 'core/src/connectors/files.ts', "import 'node:fs';"],
  ['server-imports-core-only', 'server/src/lsp/client.ts', "import '../../../client/src/extension.ts';"],
  ['client-imports-protocol-only', 'client/src/deep.ts', "import '../../server/src/lsp/main.ts';"],
  ['client-imports-protocol-only', 'client/src/core.ts', "import '../../core/src/text/index.ts';"],
  [
    'trainer-imports-core-and-shared-rooms-of-the-server',
    'trainer/src/server.ts',
    "import '../../server/src/protocol.ts';",
  ],
  [
    'trainer-imports-core-and-shared-rooms-of-the-server',
    'trainer/src/deep.ts',
    "import '../../server/src/library/inner.ts';",
  ],
  ['shared-rooms-of-the-server-know-no-other', 'server/src/models/up.ts', "import '../lsp/main.ts';"],
  ['shared-rooms-of-the-server-know-no-other', 'server/src/databases/up.ts', "import '../lsp/main.ts';"],
  [undefined, 'trainer/src/fine.ts', "import '../../server/src/library/index.ts';"],
  ['only-client-knows-vscode', 'server/src/lsp/editor.ts', "import 'vscode';"],
  ['only-client-knows-vscode', 'server/src/cli/client.ts', "import 'vscode-languageclient';"],
  ['only-lsp-knows-the-protocol', 'server/src/cli/lsp.ts', "import 'vscode-languageserver/node.js';"],
  ['only-lsp-knows-the-protocol', 'trainer/src/rpc.ts', "import 'vscode-jsonrpc';"],
  ['only-model-host-knows-the-model-runtime', 'server/src/lsp/model.ts', "import 'node-llama-cpp';"],
  [
    'only-model-host-knows-the-model-runtime',
    'trainer/src/model.ts',
    "export const load = () => import('node-llama-cpp');",
  ],
  ['language-server-is-a-front', 'server/src/cli/front.ts', "import '../lsp/main.ts';"],
  ['sql-documents-know-no-front', 'server/src/sqlDocuments/up.ts', "import '../cli/tools.ts';"],
  ['tools-know-no-protocol-and-no-front', 'server/src/tools/up.ts', "import '../lsp/main.ts';"],
  [
    'only-the-mcp-server-knows-its-protocol',
    'server/src/tools/mcp.ts',
    "import '@modelcontextprotocol/server';",
  ],
  ['tools-by-their-door', 'server/src/cli/tool.ts', "import '../tools/tool.ts';"],
  [undefined, 'server/src/cli/tools.ts', "import '../tools/index.ts';"],
  [undefined, 'server/src/cli/mcpServer.ts', "import '@modelcontextprotocol/server';"],
  ['products-do-not-import-tests', 'core/src/text/tested.ts', "import './index.test.ts';"],
  ['no-cycles', 'core/src/text/a.ts', "import './b.ts';"],
  ['resolvable', 'core/src/text/nowhere.ts', "import './gone.ts';"],
  [undefined, 'core/src/pubmed/fine.ts', "import '../text/index.ts';"],
  [undefined, 'core/src/features/fine.ts', "import '../strategy/index.ts';"],
  [undefined, 'server/src/lsp/fine.ts', "import 'vscode-languageserver/node.js';"],
  [undefined, 'server/src/models/hostMain.ts', "export const load = () => import('node-llama-cpp');"],
  [
    undefined,
    'client/src/fine.ts',
    "import 'vscode'; import 'vscode-languageclient'; import '../../server/src/protocol.ts';",
  ],
];

/** What the cases import. */
const SCENERY: Readonly<Record<string, string>> = {
  'core/src/text/inner.ts': 'export {};',
  'core/src/text/index.test.ts': 'export {};',
  'core/src/text/b.ts': "import './a.ts';",
  'server/src/protocol.ts': 'export {};',
  'server/src/lsp/main.ts': 'export {};',
  'server/src/library/index.ts': 'export {};',
  'server/src/library/inner.ts': 'export {};',
  'server/src/tools/index.ts': 'export {};',
  'server/src/tools/tool.ts': 'export {};',
  'client/src/extension.ts': 'export {};',
  ...Object.fromEntries(
    ['text', 'pubmed', 'strategy', 'connectors', 'lint'].map((room) => [
      `core/src/${room}/index.ts`,
      'export {};',
    ]),
  ),
};

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

describe('the dependency rules', () => {
  let folder = '';
  let violations: readonly Violation[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'querent-arrows-'));
    for (const [file, code] of [
      ...Object.entries(SCENERY),
      ...CASES.map(([, file, code]) => [file, code] as const),
    ]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${code}\n`);
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    symlinkSync(join(root, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'));
    const output = execFileSync(
      process.execPath,
      [
        join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
        ...['--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json'],
        ...['core/src', 'server/src', 'client/src', 'trainer/src'],
      ],
      { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, timeout: 60_000 },
    );
    const report = JSON.parse(output) as { readonly summary: { readonly violations: readonly Violation[] } };
    violations = report.summary.violations;
  }, 90_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(CASES)('%s: %s', (rule, file) => {
    const fired = violations
      .filter((violation) => violation.from === file)
      .map((violation) => violation.rule.name);
    if (rule === undefined) expect(fired).toEqual([]);
    else expect(fired).toContain(rule);
  });
});
