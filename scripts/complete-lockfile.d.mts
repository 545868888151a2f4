/** The parts of an npm lock file that matter here. */
export interface LockFile {
  readonly packages: Readonly<Record<string, object>>;
}
export function platformOf(name: string): { os?: string[]; cpu?: string[]; libc?: string[] };
export function missingOptional(lock: LockFile): { key: string; entry: object }[];
export function faults(lock: LockFile): string[];
