import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { badInput } from '@querent/server/terminal';

/**
 * A UTF-8 text file, whole; gzipped or not.
 * @throws CliError (exit code 2) for a folder, a damaged archive or invalid UTF-8, the system's error for a file that cannot be read
 */
export async function readText(file: string): Promise<string> {
  // The system does not name the folder that is read as a file.
  let bytes: Uint8Array = await readFile(file).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'EISDIR'
      ? badInput(`${file} is a folder. Name a file.`, error)
      : error;
  });
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
