import type { Release } from '@querent/core/channel';

/** Which releases stay, and what goes with those that do not. */
export interface Pruned {
  readonly listed: readonly Release[];
  readonly dropped: readonly Release[];
  /** Files that nothing lists any more. */
  readonly files: readonly string[];
}

/**
 * Takes releases beyond the newest `keep` off the list. A release whose model file is the base of an adapter that stays is kept, too; and a file that any listed release
 * has is never removed.
 * @param newestFirst all releases
 * @param evaluationPath of a release's evaluation, where it has one
 */
export function pruned(
  newestFirst: readonly Release[],
  keep: number | undefined,
  evaluationPath: (release: Release) => string | undefined,
): Pruned {
  if (keep === undefined || newestFirst.length <= keep)
    return { listed: newestFirst, dropped: [], files: [] };
  const bases = new Set(
    newestFirst
      .slice(0, keep)
      .flatMap(({ files }) => files.flatMap(({ base }) => (base === undefined ? [] : [base]))),
  );
  const stays = (release: Release, at: number): boolean =>
    at < keep || release.files.some(({ sha256 }) => bases.has(sha256));
  const listed = newestFirst.filter(stays);
  const dropped = newestFirst.filter((release, at) => !stays(release, at));
  const filesOf = (release: Release): readonly string[] => {
    const evaluation = evaluationPath(release);
    return [...release.files.map(({ path }) => path), ...(evaluation === undefined ? [] : [evaluation])];
  };
  const needed = new Set(listed.flatMap(filesOf).map((path) => path.toLowerCase()));
  const files = [...new Set(dropped.flatMap(filesOf))].filter((path) => !needed.has(path.toLowerCase()));
  return { listed, dropped, files };
}
