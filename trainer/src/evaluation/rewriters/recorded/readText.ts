import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { badInput } from '../../../cli/exit.ts';

/**
 * A UTF-8 text file, whole; gzipped or not.
 * @throws CliError (exit code 2) for a damaged archive or invalid UTF-8, the system's error for a file that cannot be read
 */
export async function readText(file: string): Promise<string> {
  let bytes: Uint8Array = await readFile(file);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    try {
      bytes = gunzipSync(bytes);
    } catch (error) {
      throw badInput(`${file} is a damaged gzip archive. Copy or download it again.`, error);
    }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw badInput(`${file} is not UTF-8 text. Save it as UTF-8.`, error);
  }
}
