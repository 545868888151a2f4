import { readFile } from 'node:fs/promises';
import { badInput } from '../terminal/index.ts';

/** A text and where it came from. */
export interface InputText {
  /** For messages: the path as given, or `<stdin>`. */
  readonly name: string;
  readonly text: string;
  /** UTF-16 offset of the first character that is not UTF-8 in the file, replaced by U+FFFD in `text`. */
  readonly invalidAt: number | undefined;
}

/**
 * Reads a file, or standard input for `-`. A byte order mark is left out unless `keepBom` is set.
 * @throws CliError when it cannot be read.
 */
export async function readText(path: string, options: { keepBom?: boolean } = {}): Promise<InputText> {
  const bytes = path === '-' ? await readStdin() : await readFileOrFail(path);
  const name = path === '-' ? '<stdin>' : path;
  const decode = (fatal: boolean, part: Uint8Array): string =>
    new TextDecoder('utf-8', { fatal, ignoreBOM: options.keepBom === true }).decode(part);
  try {
    return { name, text: decode(true, bytes), invalidAt: undefined };
  } catch {
    const text = decode(false, bytes);
    return { name, text, invalidAt: Math.max(0, text.indexOf('\ufffd')) };
  }
}

/**
 * Reads a text that must be UTF-8, because it will be searched for.
 * @throws CliError when it cannot be read or is not UTF-8.
 */
export async function readUtf8(path: string, options: { keepBom?: boolean } = {}): Promise<InputText> {
  const input = await readText(path, options);
  if (input.invalidAt !== undefined) {
    const line = input.text.slice(0, input.invalidAt).split('\n').length;
    throw badInput(`${input.name} is not UTF-8 text (line ${line}). Save it as UTF-8.`);
  }
  return input;
}

/** The way out as it is here, in messages that are also shown in the editor and name it there. */
export function inTerminal(message: string): string {
  return message
    .replaceAll('in querent.model.path', 'with --model')
    .replaceAll('in the setting querent.sql.database', 'with --database')
    .replaceAll(/raise (?:the setting )?querent\.sql\.timeoutSeconds/g, 'raise --timeout')
    .replaceAll('set it in querent.model.channelKey (ed25519:…)', 'give it as --key ed25519:…')
    .replaceAll('in querent.model.channel:', 'with --channel:')
    .replaceAll('with "Querent: Build Citation Library"', 'with: querent corpus build');
}

async function readStdin(): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) parts.push(chunk);
  return Buffer.concat(parts);
}

async function readFileOrFail(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a folder'
          : code === 'EACCES'
            ? 'permission denied'
            : message;
    throw badInput(`${path} cannot be read: ${reason}.`, error);
  }
}
