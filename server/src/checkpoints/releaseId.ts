import { isVersion } from '@querent/core/channel';
import { CheckpointError } from './checkpointError.ts';

const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** `acme-publication-search@1.2.0`: the name of a folder too, so nothing else may be in it. */
export function releaseId(name: string, version: string): string {
  return `${name}@${version}`;
}

export function isReleaseId(text: string): boolean {
  const at = text.indexOf('@');
  return at > 0 && namePattern.test(text.slice(0, at)) && isVersion(text.slice(at + 1));
}

/** @throws CheckpointError `usage` for what is no id of a release */
export function partsOfId(id: string): { readonly name: string; readonly version: string } {
  if (typeof id !== 'string' || !isReleaseId(id))
    throw new CheckpointError(
      'usage',
      `"${String(id).slice(0, 100)}" is no checkpoint. Write its name and version, such as acme-publication-search@1.2.0.`,
    );
  const at = id.indexOf('@');
  return { name: id.slice(0, at), version: id.slice(at + 1) };
}
