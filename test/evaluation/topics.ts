import { readFile } from 'node:fs/promises';
import type { Pico } from '@querent/core/strategy';

/** A review whose included studies are known. */
export interface ReviewTopic {
  readonly id: string;
  readonly title: string;
  readonly pico: Pico | undefined;
  readonly relevant: readonly string[];
}

/** Reads `{id, title, pico?, relevant_pmids}` rows, one a line. */
export async function readTopics(file: string): Promise<readonly ReviewTopic[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line): ReviewTopic => {
    const row = JSON.parse(line) as {
      id: string;
      title: string;
      pico?: Record<string, string>;
      relevant_pmids: readonly string[];
    };
    return { id: row.id, title: row.title, pico: row.pico && picoOf(row.pico), relevant: row.relevant_pmids };
  });
}

function picoOf(parts: Readonly<Record<string, string>>): Pico {
  const { population, intervention, comparison, outcome, ...other } = parts;
  return {
    ...(population === undefined ? {} : { population }),
    ...(intervention === undefined ? {} : { intervention }),
    ...(comparison === undefined ? {} : { comparison }),
    ...(outcome === undefined ? {} : { outcome }),
    other,
  };
}
