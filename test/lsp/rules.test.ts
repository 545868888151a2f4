import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { edited, startServer, TestFolder, type TestServer } from './harness.ts';
import { editsOf } from './edits.ts';

interface Diagnostic {
  code: string;
  severity: number;
  range: { start: { line: number; character: number }; end: { line: number; character: number } };
  codeDescription?: { href: string };
}

const folder = new TestFolder();
const uri = folder.uri('rules.pubmed');
const textDocument = { uri };
const text = '#1 asthma[tiab] or wheeze[tiab]\n#2 "heart attack[tiab]\n';
let server: TestServer;

beforeAll(async () => {
  server = await startServer({
    folder: folder.path,
    settings: { lint: { 'lowercase-operator': 'error', 'unclosed-quote': 'hint' } },
  });
  await server.open(uri, text);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

const diagnostics = async (): Promise<Diagnostic[]> =>
  (await server.request<{ items: Diagnostic[] }>('textDocument/diagnostic', { textDocument })).items;

it('links each diagnostic to the page of its rule, on the disk of the server', async () => {
  const items = await diagnostics();
  expect(items.length).toBeGreaterThan(1);
  for (const { code, codeDescription } of items) {
    const page = readFileSync(fileURLToPath(codeDescription?.href ?? ''), 'utf8');
    expect(page).toMatch(new RegExp(`^# ${code}\n`));
  }
});

it('gives rules and syntax problems the level of the settings', async () => {
  const items = await diagnostics();
  expect(items.find(({ code }) => code === 'lowercase-operator')?.severity).toBe(1);
  expect(items.find(({ code }) => code === 'unclosed-quote')?.severity).toBe(4);
});

it.each(['lowercase-operator', 'unclosed-quote'])('switches %s off for its line', async (rule) => {
  const [diagnostic] = (await diagnostics()).filter(({ code }) => code === rule);
  const actions = await server.request<
    { title: string; kind: string; edit: Record<string, unknown>; diagnostics?: Diagnostic[] }[]
  >('textDocument/codeAction', {
    textDocument,
    range: diagnostic?.range,
    context: { diagnostics: [diagnostic] },
  });
  const action = actions.find(({ title }) => title === `Disable ${rule} for this line`);
  expect(action).toMatchObject({ kind: 'quickfix', diagnostics: [{ code: rule }] });
  const after = edited(text, editsOf(action?.edit ?? {}));
  expect(after).toContain(rule);
  await server.change(uri, [{ text: after }]);
  expect((await diagnostics()).map(({ code }) => code)).not.toContain(rule);
  await server.change(uri, [{ text }]);
});
