import { compare, inc, prerelease, valid } from 'semver';

/** Whether `text` is a semantic version such as `1.2.0` or `1.2.0-rc.1`: no `v` before it, and no build after `+`, which would not count in comparing. */
export function isVersion(text: string): boolean {
  return text.length <= 100 && valid(text) === text;
}

/** Below 0 when `a` is older than `b`, above 0 when newer (semver.org, section 11). Both must be versions. */
export function compareVersions(a: string, b: string): number {
  return compare(a, b);
}

/** Whether it has a part such as `-rc.1`. */
export function isPrerelease(version: string): boolean {
  return prerelease(version) !== null;
}

/** The next version for something new that fits what was there: `1.3.0` after `1.2.5`. */
export function nextMinor(version: string): string {
  const next = inc(version, 'minor');
  if (next === null) throw new RangeError(`${version} is no semantic version.`);
  return next;
}
