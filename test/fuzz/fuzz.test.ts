import { describe, expect, it } from 'vitest';
import { checks } from './checks.ts';
import { fuzz } from './fuzz.ts';
import { mutant, sqlPieces } from './mutate.ts';
import { Random } from './random.ts';
import { shrink } from './shrink.ts';
import { sqlChecks } from './sqlChecks.ts';
import { sampleSql, sampleTexts, sampleThesaurus } from './texts.ts';

describe('fuzzing', () => {
  it('finds nothing in a short run over the samples', () => {
    const { failures, mutants } = fuzz({
      texts: sampleTexts(),
      checks,
      thesaurus: sampleThesaurus(),
      seed: 20_261_120,
      forMs: 20_000,
      mutants: 500,
      shrinkMs: 2_000,
    });
    expect(failures.map(({ check, message, shrunk }) => ({ check, message, shrunk }))).toEqual([]);
    expect(mutants).toBeGreaterThan(50);
  });

  it('finds nothing in a short run over the samples of SQL', () => {
    const { failures, mutants } = fuzz({
      texts: sampleSql(),
      checks: sqlChecks,
      pieces: sqlPieces,
      seed: 20_261_130,
      forMs: 5_000,
      mutants: 200,
      shrinkMs: 2_000,
    });
    expect(failures.map(({ check, message, shrunk }) => ({ check, message, shrunk }))).toEqual([]);
    expect(mutants).toBeGreaterThan(30);
  });

  it('spoils texts in the same way for the same seed', () => {
    const run = (seed: number): string[] => {
      const random = new Random(seed);
      return Array.from({ length: 50 }, () => mutant(['a AND (b OR c)', '#1 falls[tiab]\n#2 #1'], random));
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(new Set(run(1)).size).toBeGreaterThan(40);
  });

  it('makes a failing text as small as it can', () => {
    const fails = (text: string): boolean => text.includes('(') && text.includes('😀');
    expect(shrink('one\ntwo ((x)\nthree 😀\nfour', fails, 1000)).toBe('(😀');
  });
});
