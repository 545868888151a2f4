import { basename } from 'node:path';
import { loadThesaurus } from '@querent/core/mesh';
import type { Thesaurus } from '@querent/core/mesh';
import { readCitationFile } from './citationFile.ts';

/** Why a file cannot be used as MeSH; the message is for people. */
export class MeshFileError extends Error {
  override readonly name = 'MeshFileError';
}

/**
 * The lines of a MeSH file, gzipped or not, and the year in its name.
 * @throws MeshFileError when it cannot be read, or is cut off: half of MeSH would silently lose headings.
 */
export async function readMeshFile(
  path: string,
): Promise<{ readonly lines: readonly string[]; readonly version?: string }> {
  const parts: Uint8Array[] = [];
  try {
    for await (const chunk of readCitationFile(path, () => undefined)) parts.push(chunk);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MeshFileError(`MeSH cannot be read from ${path}: ${reason}.`, { cause: error });
  }
  const lines = Buffer.concat(parts).toString('utf8').split('\n');
  const version = /(?:19|20)\d\d/.exec(basename(path))?.[0];
  return version === undefined ? { lines } : { lines, version };
}

/**
 * Loads MeSH from JSON lines (`{ui, name, entry, perm, tree, pa}`), gzipped or not. The version is the year in the file's name.
 * @param onRejected is told of lines that hold no descriptor.
 * @throws MeshFileError when the file holds none at all, or when it is cut off: half of MeSH would silently lose headings.
 */
export async function loadMeshFile(
  path: string,
  onRejected: (line: number, reason: string) => void = () => undefined,
): Promise<Thesaurus> {
  const { lines, version } = await readMeshFile(path);
  const rejected: { line: number; reason: string }[] = [];
  const thesaurus = loadThesaurus(lines, version, (rejection) => rejected.push(rejection));
  if (thesaurus.size === 0)
    throw new MeshFileError(
      `${path} holds no MeSH descriptors. Give a file with one JSON object a line: {"ui": "D003894", "name": "Deamino ` +
        'Arginine Vasopressin", "entry": ["Desmopressin"], "tree": ["D06.472.699.631.525.690.700.100"]}.',
    );
  for (const { line, reason } of rejected) onRejected(line, reason);
  return thesaurus;
}
