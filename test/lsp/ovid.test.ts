import { afterEach, describe, expect, it } from 'vitest';
import type { ConvertOvidResult } from '@querent/server/protocol';
import { convertOvidMethod } from '@querent/server/protocol';
import { applyEdits, LineIndex } from '@querent/core/text';
import { editsOf } from './edits.ts';
import { startServer, type TestServer } from './harness.ts';

const uri = 'untitled:ovid.pubmed';
const ovid = '---\ntitle: Asthma\n---\n1. exp Asthma/\n2. (wheez$ adj3 child$).tw.\n3. 1 or 2\n';

interface Action {
  readonly title: string;
  readonly edit?: Record<string, unknown>;
  readonly diagnostics?: readonly { readonly code?: string }[];
}
interface Diagnostics {
  readonly items: readonly { readonly code: string; readonly range: { start: { line: number } } }[];
}

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
});

async function actionsAt(running: TestServer, line: number): Promise<Action[]> {
  const at = { line, character: 1 };
  return running.request<Action[]>('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: at, end: at },
    context: { diagnostics: [] },
  });
}

/** The text after the edits of an action. */
function applied(text: string, { edit }: Action): string {
  const index = new LineIndex(text);
  return applyEdits(
    text,
    editsOf(edit ?? {}).map(({ range, newText }) => ({
      range: { start: index.offsetAt(range.start), end: index.offsetAt(range.end) },
      newText,
    })),
  );
}

describe('strategies of Ovid', () => {
  it('are converted by a code action that keeps the front matter, and leave notes that can be accepted', async () => {
    server = await startServer();
    await server.open(uri, ovid);
    const action = (await actionsAt(server, 3)).find(
      ({ title }) => title === 'Convert the Ovid strategy to PubMed',
    );
    expect(action?.diagnostics?.[0]?.code).toBe('ovid-strategy');
    // Converted when it is chosen, not with every move of the cursor.
    expect(action?.edit).toBeUndefined();
    const text = applied(ovid, await server.request<Action>('codeAction/resolve', action));
    expect(text).toMatch(
      /^---\ntitle: Asthma\n---\n#1 "Asthma"\[mh\]\n\/\/ converted from Ovid: approximate: /,
    );
    await server.change(uri, [{ text }]);

    const report = await server.request<Diagnostics>('textDocument/diagnostic', { textDocument: { uri } });
    const notes = report.items.filter(({ code }) => code.startsWith('ovid-'));
    expect(notes.map(({ code, range }) => [code, range.start.line])).toEqual([['ovid-approximation', 4]]);
    const accept = (await actionsAt(server, 4)).find(({ title }) => title === 'Accept: remove this note');
    const accepted = applied(text, accept ?? { title: '' });
    expect(accepted).not.toContain('converted from Ovid');
    expect(accepted.split('\n')).toHaveLength(text.split('\n').length - 1);
  });

  it('are converted on request, and texts of PubMed are left alone', async () => {
    server = await startServer();
    const ask = (text: string): Promise<ConvertOvidResult | null> | undefined =>
      server?.request<ConvertOvidResult | null>(convertOvidMethod, { text, onlyIfOvid: true });
    expect(await ask('exp Asthma/\nwheez$.tw.\n1 or 2')).toMatchObject({
      text: '#1 "Asthma"[mh]\n#2 wheez*[tiab]\n#3 #1 OR #2\n',
      approximate: 0,
      refused: 0,
    });
    expect(await ask('asthma[tiab] OR "wheeze"[tiab]')).toBeNull();
    await expect(server.request(convertOvidMethod, {})).rejects.toThrow('Converting needs a text');
  });
});
