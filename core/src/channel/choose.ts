import type { Channel, Release, ReleaseFile } from './channel.ts';
import { compareVersions, isPrerelease, isVersion } from './versions.ts';

/** What a reader asks of a release. */
export interface Wanted {
  /** Version of the extension or command that would use it. */
  readonly extension: string;
  /** Version that the person pinned; without it the newest. */
  readonly pinned?: string | undefined;
  /** Whether the version may have a part such as `-rc.1`; without it only in a preview channel. A pinned version may have one. */
  readonly prereleases?: boolean | undefined;
}

export type ReleaseChoice =
  | { readonly release: Release }
  /** One sentence or two: why there is none, and the way out. */
  | { readonly release: undefined; readonly reason: string };

/** The release to use: the pinned one, else the newest that works with the version of the extension. */
export function chooseRelease(channel: Channel, wanted: Wanted): ReleaseChoice {
  const { pinned, extension } = wanted;
  const none = (reason: string): ReleaseChoice => ({ release: undefined, reason });
  if (channel.releases.length === 0) return none(`The channel ${channel.name} has no releases yet.`);
  if (pinned !== undefined) {
    const release = channel.releases.find(({ version }) => version === pinned);
    if (release === undefined)
      return none(
        `The channel ${channel.name} has no version ${pinned}; it has ${listed(channel.releases)}. Pin one of these, or none.`,
      );
    const refusal = refusalOf(release, extension);
    return refusal === undefined ? { release } : none(refusal);
  }
  const prereleases = wanted.prereleases ?? channel.channel === 'preview';
  const newestFirst = [...channel.releases]
    .filter(({ version }) => prereleases || !isPrerelease(version))
    .sort((a, b) => compareVersions(b.version, a.version));
  const release = newestFirst.find((each) => refusalOf(each, extension) === undefined);
  if (release !== undefined) return { release };
  const [newest] = newestFirst;
  return none(
    newest === undefined
      ? `The channel ${channel.name} has only versions on trial: ${listed(channel.releases)}. Pin one of these to use it.`
      : (refusalOf(newest, extension) ?? ''),
  );
}

/** Why a release cannot be used by a version of the extension, with the way out; undefined where it can. */
export function refusalOf({ version, minimumExtension }: Release, extension: string): string | undefined {
  if (!isVersion(extension)) return `The version of Querent, "${extension}", is none that can be compared.`;
  if (compareVersions(extension, minimumExtension) >= 0) return undefined;
  return `Version ${version} needs Querent ${minimumExtension} or newer; this is ${extension}. Update Querent to use it.`;
}

function listed(releases: readonly Release[]): string {
  const versions = releases.slice(0, 5).map(({ version }) => version);
  return `${versions.join(', ')}${releases.length > 5 ? ' and older ones' : ''}`;
}

/**
 * Quantisations in the order in which they are preferred: the nearest to the model that is not twice as large and slow for nothing to be measured, then
 * smaller ones, then those of full size. What is not listed stands between, by its size.
 */
const preference = [
  'Q8_0',
  'Q6_K',
  'Q5_K_M',
  'Q5_K_S',
  'Q5_1',
  'Q5_0',
  'Q4_K_M',
  'Q4_K_S',
  'Q4_1',
  'Q4_0',
] as const;
const fullSize = ['BF16', 'F16', 'F32'];

/** Of a file in memory: its weights, and a context and buffers beside them. An estimate, on the safe side for models up to 7 billion parameters. */
export function memoryNeeded(bytes: number): number {
  return Math.ceil(bytes * 1.15) + 512 * 1024 * 1024;
}

export interface FileWish {
  /** Memory that a model may use, in bytes; without it there is no limit. */
  readonly memory?: number | undefined;
  /** Chosen by the person, in any case: `q4_k_m`. */
  readonly quantisation?: string | undefined;
}

export type FileChoice =
  | {
      readonly file: ReleaseFile;
      /** The model file that an adapter is for, from anywhere in the channel; undefined for a model. */
      readonly base: ReleaseFile | undefined;
      /** Whether {@link memoryNeeded} is within the wish. Where no file fits it is the smallest, and people should be told. */
      readonly fits: boolean;
    }
  | { readonly file: undefined; readonly reason: string };

/** The file of a release to fetch: the quantisation that was chosen, else the preferred one of those that fit into memory. Whole models before adapters. */
export function chooseFile(channel: Channel, release: Release, wish: FileWish = {}): FileChoice {
  const { memory = Infinity, quantisation } = wish;
  const models = release.files.filter(({ kind }) => kind === 'model');
  const candidates = (models.length > 0 ? models : release.files).flatMap((file) => {
    const base = baseOf(channel, file);
    return file.kind === 'lora' && base === undefined ? [] : [{ file, base }];
  });
  const size = ({ file, base }: { file: ReleaseFile; base: ReleaseFile | undefined }): number =>
    file.bytes + (base?.bytes ?? 0);
  const fits = (each: (typeof candidates)[number]): boolean => memoryNeeded(size(each)) <= memory;
  if (quantisation !== undefined) {
    const named = candidates.find(
      ({ file }) => file.quantisation.toLowerCase() === quantisation.toLowerCase(),
    );
    if (named !== undefined) return { ...named, fits: fits(named) };
    return {
      file: undefined,
      reason: `Version ${release.version} has no file with the quantisation ${quantisation}; it has ${candidates
        .map(({ file }) => file.quantisation)
        .join(', ')}. Choose one of these, or none.`,
    };
  }
  const byRank = [...candidates].sort((a, b) => rank(a.file) - rank(b.file) || size(b) - size(a));
  const chosen = byRank.find(fits);
  if (chosen !== undefined) return { ...chosen, fits: true };
  const [smallest] = [...candidates].sort((a, b) => size(a) - size(b));
  return smallest === undefined
    ? {
        file: undefined,
        reason: `Version ${release.version} has no file that can be used: its adapters belong to a model that the channel does not list.`,
      }
    : { ...smallest, fits: false };
}

/** The model file whose hash an adapter names. */
function baseOf({ releases }: Channel, { base }: ReleaseFile): ReleaseFile | undefined {
  if (base === undefined) return undefined;
  return releases
    .flatMap(({ files }) => files)
    .find(({ kind, sha256 }) => kind === 'model' && sha256 === base);
}

function rank({ quantisation }: ReleaseFile): number {
  const name = quantisation.toUpperCase();
  const at = preference.findIndex((each) => each === name);
  if (at >= 0) return at;
  const full = fullSize.indexOf(name);
  return full < 0 ? preference.length : preference.length + 1 + full;
}
