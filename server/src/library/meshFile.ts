import { basename } from 'node:path';
import { loadThesaurus, meshYear, readMesh } from '@querent/core/mesh';
import type { DescriptorJson, Thesaurus } from '@querent/core/mesh';
import { readCitationFile } from './citationFile.ts';

/** Why a file cannot be used as MeSH; the message is for people. */
export class MeshFileError extends Error {
  override readonly name = 'MeshFileError';
}

/**
 * What `loadThesaurus` takes out of a MeSH file, gzipped or not, and its year: the one in its name, else the one that NLM's XML tells.
 * JSON lines (`{ui, name, entry, perm, tree, pa, scope, established}`) and NLM's `desc20XX.xml` and `d20XX.bin` are read.
 * @throws MeshFileError when it cannot be read, is something else, or is cut off: half of MeSH would silently lose headings.
 */
export async function readMeshFile(
  path: string,
): Promise<{ readonly lines: readonly (string | DescriptorJson)[]; readonly version?: string }> {
  const lines: (string | DescriptorJson)[] = [];
  let head = '';
  try {
    const pieces = decoded(path, (first) => (head = first));
    for await (const line of readMesh(pieces)) lines.push(line);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MeshFileError(`MeSH cannot be read from ${path}: ${reason}.`, { cause: error });
  }
  const version = /(?:19|20)\d\d/.exec(basename(path))?.[0] ?? meshYear(head);
  return version === undefined ? { lines } : { lines, version };
}

/** The text of a file in pieces; `onFirst` is given the first one. */
async function* decoded(path: string, onFirst: (piece: string) => void): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let isFirst = true;
  for await (const chunk of readCitationFile(path, () => undefined)) {
    const piece = decoder.decode(chunk, { stream: true });
    if (isFirst) onFirst(piece);
    isFirst = false;
    yield piece;
  }
  yield decoder.decode();
}

/**
 * Loads MeSH from a file, see {@link readMeshFile}.
 * @param onRejected is told of lines, or descriptors of NLM's files, that hold no descriptor.
 * @throws MeshFileError when the file holds none at all, or when it is cut off.
 */
export async function loadMeshFile(
  path: string,
  onRejected: (line: number, reason: string) => void = () => undefined,
): Promise<Thesaurus> {
  const { lines, version } = await readMeshFile(path);
  const rejected: { line: number; reason: string }[] = [];
  const thesaurus = loadThesaurus(lines, version, (rejection) => rejected.push(rejection));
  if (thesaurus.size === 0) throw new MeshFileError(noDescriptors(path));
  for (const { line, reason } of rejected) onRejected(line, reason);
  return thesaurus;
}

/** What to say of a file without a single descriptor. */
export function noDescriptors(path: string): string {
  return (
    `${path} holds no MeSH descriptors. Give NLM's descriptor file (desc2026.xml, desc2026.gz or d2026.bin), or a file with one JSON ` +
    'object a line: {"ui": "D003894", "name": "Deamino Arginine Vasopressin", "entry": ["Desmopressin"], ' +
    '"tree": ["D06.472.699.631.525.690.700.100"]}.'
  );
}
