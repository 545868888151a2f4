import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  exportSearchFileMethod,
  importSearchFileMethod,
  type ExportSearchFileResult,
  type ImportSearchFileResult,
} from '../../server/src/protocol.ts';
import { startServer, type TestServer } from './harness.ts';

const uri = 'file:///falls.pubmed';

describe('search files in the editor', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await server.stop();
  });

  it('are written from the text that is open and read back', async () => {
    const text = '// people\n#1 aged[mh]\n#2 #1 AND falls[ti]\n';
    await server.open(uri, text);
    const file = await server.request<ExportSearchFileResult>(exportSearchFileMethod, { uri });
    expect(JSON.parse(file.text)).toMatchObject({ search_string: 'aged[mh] AND falls[ti]' });
    const back = await server.request<ImportSearchFileResult>(importSearchFileMethod, file);
    expect(back).toEqual({ text, notes: [] });
    await server.close(uri);
  });

  it.each([
    [exportSearchFileMethod, { uri: 'file:///gone.pubmed' }, /not open any more/],
    [importSearchFileMethod, { text: '{' }, /no JSON from line 1, column 2/],
    [importSearchFileMethod, { text: '{"platform":"Scopus","search_string":"a"}' }, /Scopus/],
    [importSearchFileMethod, {}, /needs the text/],
    [importSearchFileMethod, null, /needs the text/],
  ])('are refused in words: %s %j', async (method, params, message) => {
    await expect(server.request(method, params)).rejects.toThrow(message);
  });
});
