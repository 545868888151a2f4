import { stat } from 'node:fs/promises';

/** Whether two paths lead to one file, by whatever names. */
export async function isSameFile(path: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([path, other].map((each) => stat(each).catch(() => undefined)));
  return (
    path === other || (one !== undefined && one.ino === two?.ino && one.dev === two.dev && one.ino !== 0)
  );
}
