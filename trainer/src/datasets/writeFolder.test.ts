import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileWriter } from './writeFolder.ts';
import { writeFileWhole, writeFolder } from './writeFolder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-write-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const files = (text: string) => [
  { name: 'a.txt', pieces: [text, text] },
  { name: 'card.json', pieces: ['{}'] },
];
const options = { marker: 'card.json', replace: false };

describe('a folder that is written as a whole', () => {
  it('is there with its files, and replaced only when asked', async () => {
    const path = join(folder, 'out');
    await writeFolder(path, files('1'), options);
    expect(await readFile(join(path, 'a.txt'), 'utf8')).toBe('11');
    // Whoever may read other folders of this person may read this one: training may run as somebody else.
    await mkdir(join(folder, 'other'));
    expect((await stat(path)).mode).toBe((await stat(join(folder, 'other'))).mode);
    await rm(join(folder, 'other'), { recursive: true });
    await expect(writeFolder(path, files('2'), options)).rejects.toThrow(
      /is there already. --force replaces it/,
    );
    await writeFolder(path, files('2'), { ...options, replace: true });
    expect(await readFile(join(path, 'a.txt'), 'utf8')).toBe('22');
    expect(await readdir(folder)).toEqual(['out']);
  });

  it('never replaces what is no dataset, whatever is asked', async () => {
    await mkdir(join(folder, 'mine'));
    await writeFile(join(folder, 'mine/thesis.txt'), 'years of work');
    await writeFile(join(folder, 'file'), '');
    const force = { ...options, replace: true };
    await expect(writeFolder(join(folder, 'mine'), files('1'), force)).rejects.toThrow(
      /other things than a dataset/,
    );
    await expect(writeFolder(join(folder, 'file'), files('1'), force)).rejects.toThrow(/is a file/);
    await expect(writeFolder(join(folder, 'no/where'), files('1'), force)).rejects.toThrow(
      /there is no folder/,
    );
    expect(await readFile(join(folder, 'mine/thesis.txt'), 'utf8')).toBe('years of work');
    await mkdir(join(folder, 'empty'));
    await writeFolder(join(folder, 'empty'), files('1'), options);
    expect(await readdir(join(folder, 'empty'))).toEqual(['a.txt', 'card.json']);
  });

  it('is as it was when the disk is full or the writing is stopped, and nothing half lies beside it', async () => {
    const path = join(folder, 'out');
    await writeFolder(path, files('1'), options);
    const full: FileWriter = async (file, pieces, signal) => {
      await writeFileWhole(file, pieces, signal);
      if (file.endsWith('card.json')) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    await expect(writeFolder(path, files('2'), { ...options, replace: true, write: full })).rejects.toThrow(
      /The disk is full: .*out was not written, and nothing half is left. Make room/,
    );
    const controller = new AbortController();
    const stopped: FileWriter = async (file, pieces, signal) => {
      await writeFileWhole(file, pieces, signal);
      controller.abort();
    };
    await expect(
      writeFolder(path, files('3'), { ...options, replace: true, write: stopped, signal: controller.signal }),
    ).rejects.toThrow(/aborted/);
    expect(await readFile(join(path, 'a.txt'), 'utf8')).toBe('11');
    expect(await readdir(folder)).toEqual(['out']);
  });
});
