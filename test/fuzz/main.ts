// npm run fuzz [-- --minutes N] [--seed N] [--sql]: spoils the real strategies at random (with --sql the trusted statements) and looks whether
// everything that reads, judges, formats, converts, completes and mends them keeps its promises. Prints what fails, made small, and exits 1 then; 2 on bad usage.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checks } from './checks.ts';
import { fuzz } from './fuzz.ts';
import type { Failure } from './fuzz.ts';
import { sqlPieces } from './mutate.ts';
import { sqlChecks } from './sqlChecks.ts';
import { fuzzTexts, sqlTexts } from './texts.ts';

const usage = 'Usage: npm run fuzz [-- --minutes N] [--seed N] [--sql]';
const { minutes, seed, isSql = false } = options();
if (minutes === undefined || seed === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else {
  const spoilt = isSql
    ? { ...sqlTexts(), checks: sqlChecks, pieces: sqlPieces, thesaurus: undefined }
    : { ...fuzzTexts(), checks };
  const { from } = spoilt;
  console.log(`Fuzzing for ${minutes} minutes over ${from}, seed ${seed}.`);
  const extension = isSql ? 'sql' : 'pubmed';
  let folder: string | undefined;
  let number = 0;
  const onFailure = (failure: Failure): void => {
    folder ??= mkdtempSync(join(tmpdir(), 'querent-fuzz-'));
    const file = join(folder, `${++number}.${extension}`);
    writeFileSync(file, failure.shrunk);
    writeFileSync(join(folder, `${number}.full.${extension}`), failure.text);
    console.log(`\nFAILED: ${failure.check}\n  ${failure.message}`);
    console.log(`  ${failure.text.length} characters, made small to ${failure.shrunk.length}: ${file}`);
    console.log(`  ${JSON.stringify(failure.shrunk.slice(0, 500))}`);
  };
  const onProgress = (mutants: number, failures: number): void =>
    console.log(`${mutants} texts, ${failures} kinds of failure`);
  const result = fuzz({ ...spoilt, seed, forMs: minutes * 60_000, onFailure, onProgress });
  console.log(
    `\n${result.mutants} texts, ${result.failures.length} kinds of failure, slowest check ${result.slowestMs.toFixed(0)} ms. Again with --seed ${seed}.`,
  );
  if (result.failures.length > 0) process.exitCode = 1;
}

function options(): { minutes?: number; seed?: number; isSql?: boolean } {
  try {
    const { values } = parseArgs({
      options: { minutes: { type: 'string' }, seed: { type: 'string' }, sql: { type: 'boolean' } },
    });
    const minutes = Number(values.minutes ?? 1);
    const seed = Number(values.seed ?? Date.now() % 1_000_000);
    if (!(minutes > 0 && minutes <= 24 * 60) || !Number.isSafeInteger(seed)) return {};
    return { minutes, seed, isSql: values.sql === true };
  } catch {
    return {};
  }
}
