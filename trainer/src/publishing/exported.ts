import { basename } from 'node:path';
import type { ParityRecord, Release } from '@querent/core/channel';
import type { ParityReport } from '../exporting/index.ts';

/** A file that was exported, on this machine. */
export interface ExportedFile {
  /** Absolute. */
  readonly file: string;
  readonly kind: 'model' | 'lora';
  readonly quantisation: string;
  readonly bytes: number;
  /** 64 hexadecimal digits; what is published is held to it. */
  readonly sha256: string;
  /** Of an adapter: SHA-256 of the model file that it belongs to. */
  readonly base?: string;
}

/** What a release is made of, beside its figures. */
export interface ExportedRelease extends Pick<
  Release,
  'baseModel' | 'task' | 'template' | 'step' | 'provenance'
> {
  readonly files: readonly ExportedFile[];
  readonly parity: ParityRecord | null;
}

/**
 * Where a file lies in a channel: in the folder of its version, with the first digits of its hash in its name. Whatever two publishers do at once, a path has one content.
 */
export function pathInChannel(version: string, { file, sha256, quantisation, kind }: ExportedFile): string {
  const stem = basename(file)
    .replace(/\.gguf$/iu, '')
    .replaceAll(/[^A-Za-z0-9._-]/gu, '-')
    .replace(/^[^A-Za-z0-9_]+/u, '')
    .slice(0, 80);
  const named = stem === '' ? kind : stem;
  const whole = named.toLowerCase().includes(quantisation.toLowerCase())
    ? named
    : `${named}-${quantisation.replaceAll('/', '-')}`;
  return `${version}/${whole}-${sha256.slice(0, 8)}.gguf`;
}

/** What a release says of how well its files agree with the model that they were made from: the worst of them. Null where nothing was compared. */
export function parityRecord(reports: readonly ParityReport[]): ParityRecord | null {
  const compared = reports.filter(({ largestDifference }) => largestDifference !== null);
  const share = ({ largestDifference, limits }: ParityReport): number =>
    (largestDifference ?? 0) / limits.largest;
  const [worst] = [...compared].sort((a, b) => share(b) - share(a));
  if (worst === undefined) return null;
  return {
    maxLogProbDifference: worst.largestDifference ?? 0,
    limit: worst.limits.largest,
    positions: compared.reduce((sum, { tokens }) => sum + tokens, 0),
    tokenIdsEqual: reports.every(({ mismatches }) => mismatches.length === 0),
  };
}
