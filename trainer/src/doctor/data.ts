import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Probe } from './check.ts';

/** What a dataset is built from, relative to the data folder. */
const PARTS = ['corpus/citations.jsonl.gz', 'topics/reviews.jsonl', 'mesh/mesh2024_descriptors.jsonl.gz'];

/** The development data, found through QUERENT_DATA. Training on other data does not need it. */
export const checkData: Probe = async ({ environment, folder }) => {
  const named = environment['QUERENT_DATA'];
  const data = resolve(folder, named === undefined || named === '' ? '../shared/data' : named);
  const missing: string[] = [];
  for (const part of PARTS) {
    if (!((await stat(join(data, part)).catch(() => undefined))?.isFile() ?? false)) {
      missing.push(part);
    }
  }
  const ok = missing.length === 0;
  return [
    {
      name: 'data',
      ok,
      required: false,
      detail: ok ? `citations, topics and MeSH in ${data}` : `${data} has no ${missing.join(', no ')}`,
      fix: ok ? '' : 'Set QUERENT_DATA to the data folder, or name your own files on the command line.',
    },
  ];
};
