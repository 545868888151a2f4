import { readFile } from 'node:fs/promises';

/** The JSON of a file; undefined while there is none, and while it cannot be read: whoever writes it is about to replace it. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
