import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInTasks, RowError, scoreItem } from '@querent/core/tasks';
import type { Databases, Task, World } from '@querent/core/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabases } from './index.ts';
import type { OpenedDatabases } from './index.ts';
import { atlas, makeDatabase } from './testing/makeDatabase.ts';

const sql = builtInTasks.get('sql') as Task;
let folder: string;
let databases: OpenedDatabases;
let world: World;
/** The same with little time, for what never ends. */
let hasty: OpenedDatabases;
let hastyWorld: World;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sql-task-'));
  await makeDatabase(join(folder, 'atlas.sqlite'), ...atlas);
  databases = await openDatabases(folder, { timeMs: 20_000, rows: 1_000, threads: 2 });
  world = { databases };
  hasty = await openDatabases(folder, { timeMs: 500, threads: 1 });
  hastyWorld = { databases: hasty };
});
afterAll(async () => {
  await databases.close();
  await hasty.close();
  await rm(folder, { recursive: true });
});

const endless = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n';
const crossJoin = `SELECT a.name FROM ${Array.from({ length: 15 }, (_, i) => `city ${'abcdefghijklmno'.charAt(i)}`).join(', ')}`;
const names = { db: 'atlas', gold: 'SELECT name FROM city', question: 'List the cities.' };
const largest = {
  db: 'atlas',
  gold: 'SELECT name FROM city ORDER BY population DESC LIMIT 1',
  question: 'Which city is the largest?',
};
const ranking = { db: 'atlas', gold: 'SELECT name FROM city WHERE population > 0 ORDER BY population DESC' };
const none = { db: 'atlas', gold: 'SELECT name FROM city WHERE population > 5000' };
const count = { db: 'atlas', gold: 'SELECT COUNT(*) FROM city', question: 'How many cities are there?' };

const worldOf = (statement: string): World => (statement === endless ? hastyWorld : world);

const completed = (statement: string): string =>
  `<think>Tables.</think><answer>${JSON.stringify({ sql: statement })}</answer>`;

describe('what a statement measures', () => {
  it.each<[string, unknown, readonly [accuracy: number, valid: number, recall: number, precision: number]]>([
    ['SELECT name FROM city', names, [1, 1, 1, 1]],
    ['SELECT "name" FROM city ORDER BY name', names, [1, 1, 1, 1]],
    ['SELECT name FROM city WHERE country_id = 2', names, [0, 1, 0.5, 1]],
    ['SELECT name FROM city UNION ALL SELECT name FROM city', names, [0, 1, 1, 0.5]],
    ['SELECT name, id FROM city', names, [0, 1, 0, 0]],
    ['SELECT * FROM city', names, [0, 1, 0, 0]],
    ['SELECT name FROM city WHERE population > 0 ORDER BY 0 - population', ranking, [1, 1, 1, 1]],
    ['SELECT name FROM city WHERE population > 0 ORDER BY population', ranking, [0, 1, 1, 1]],
    ['SELECT name FROM city WHERE population > 0 ORDER BY population', { ...ranking, alternatives: ['SELECT name FROM city WHERE population > 0'] }, [1, 1, 1, 1]],
    ['SELECT name FROM city WHERE population < 0', none, [1, 1, 1, 1]],
    ['SELECT name FROM city', none, [0, 1, 0, 0]],
    ['SELECT COUNT(*) * 1.0 FROM city', count, [1, 1, 1, 1]],
    ['SELECT 4', count, [0, 1, 1, 1]],
    ['SELECT nam FROM city', names, [0, 0, 0, 0]],
    ['SELEC name FROM city', names, [0, 0, 0, 0]],
    ['DELETE FROM city', names, [0, 0, 0, 0]],
    [endless, count, [0, 0, 0, 0]],
    [crossJoin, names, [0, 1, 0, 0]],
    ['SELECT id FROM city', { ...names, alternatives: ['SELECT population FROM city', 'SELECT id FROM city'] }, [1, 1, 1, 1]],
  ])('%s', async (statement, target, [executionAccuracy, valid, rowRecall, rowPrecision]) => {
    const { figures, problem } = await sql.measure(statement, target, worldOf(statement));
    expect(figures).toEqual({ executionAccuracy, valid, rowRecall, rowPrecision });
    expect(problem === undefined).toBe(valid === 1 && statement !== crossJoin);
  }); // prettier-ignore

  it('no statement counts as a failure', async () => {
    const { figures, problem } = await sql.measure(undefined, names, world);
    expect(figures).toEqual({ executionAccuracy: 0, valid: 0, rowRecall: 0, rowPrecision: 0 });
    expect(problem).toBe('There is no query.');
  });

  it('says why a statement failed, in the words of the database', async () => {
    const problem = async (statement: string): Promise<unknown> =>
      (await sql.measure(statement, names, worldOf(statement))).problem;
    expect(await problem('SELECT nam FROM city')).toBe('no such column: nam');
    expect(await problem(endless)).toBe('The statement was stopped after 0.5 s.');
    expect(await problem(crossJoin)).toBe('The statement gives more than the 1000 rows that are compared.');
  });
});

describe('a trusted statement that cannot be trusted is an error of the item, never a reward', () => {
  it.each<[unknown, RegExp]>([
    [{ db: 'atlas', gold: 'SELECT nam FROM city' }, /The trusted statement cannot be run on atlas: no such column: nam/u],
    [{ db: 'atlas', gold: endless }, /The trusted statement on atlas took longer than 0\.5 s/u],
    [{ db: 'atlas', gold: crossJoin }, /gives more than the 1000 rows that are compared/u],
    [{ db: 'atlas', gold: 'DROP TABLE city' }, /cannot be run on atlas: DROP is not run here/u],
    [{ ...names, alternatives: ['SELECT 1 FROM town'] }, /The trusted alternative 1 cannot be run on atlas: no such table/u],
    [{ db: 'atlass', gold: 'SELECT 1' }, /no database atlass.*atlas/u],
  ])('%j', async (target, message) => {
    // An endless statement beside an endless trusted one: two timeouts are not two equal results.
    const isEndless = (target as { readonly gold: string }).gold === endless;
    for (const statement of isEndless ? [endless] : ['SELECT 1', 'SELEC']) {
      const scored = await scoreItem(
        { id: 'x', task: 'sql', completion: completed(statement), target },
        builtInTasks,
        isEndless ? hastyWorld : world,
      );
      expect(scored.reward).toBeNull();
      expect(scored.error).toMatch(message);
    }
  }); // prettier-ignore

  it('a world without databases says what to do', async () => {
    await expect(sql.measure('SELECT 1', names, {})).rejects.toThrow(/--databases/u);
  });

  it('cancelling ends a statement, and not what others wait for', async () => {
    const controller = new AbortController();
    const scoring = sql.measure(endless, count, world, { signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    await expect(scoring).rejects.toMatchObject({ code: 'aborted' });
    expect((await sql.measure('SELECT COUNT(*) FROM city', count, world)).figures['executionAccuracy']).toBe(
      1,
    );
  });
});

describe('the trusted statement', () => {
  it('is run once for many completions, and again where it could not be', async () => {
    let runs = 0;
    let isBroken = true;
    const counting: Databases = {
      names: databases.names,
      schema: (...args) => databases.schema(...args),
      run: (db, statement, options) => {
        if (statement === names.gold && runs++ === 0 && isBroken)
          return Promise.resolve({ kind: 'timeout', ms: 1 });
        return databases.run(db, statement, options);
      },
    };
    await expect(sql.measure('SELECT 1', names, { databases: counting })).rejects.toThrow(/took longer/u);
    isBroken = false;
    await Promise.all(Array.from({ length: 20 }, (_, i) => sql.measure(`SELECT ${i}`, names, { databases: counting })));
    expect(runs).toBe(2);
  }); // prettier-ignore
});

describe('what games the measure', () => {
  const reward = async (statement: string, target: unknown, name = 'querent'): Promise<number> =>
    (await sql.score(completed(statement), target, worldOf(statement), { reward: name })).reward.reward;

  it.each<[string, unknown]>([
    ['SELECT 1', names],
    ['SELECT NULL', names],
    ['SELECT 4', count],
    ["SELECT 'Lutha'", largest],
    ["VALUES ('Lutha')", largest],
    ["SELECT 'Lutha' FROM city LIMIT 1", largest],
    ["SELECT name FROM city WHERE name = 'Lutha'", largest],
    ['SELECT name FROM city WHERE name = "Lutha"', largest],
    ["WITH x AS (SELECT 'Lutha' AS n) SELECT n FROM x", largest],
    ["SELECT 'Lutha' UNION SELECT name FROM city WHERE 0", largest],
    ["SELECT 'Lutha' UNION SELECT 'Osk' UNION SELECT 'Venn' UNION SELECT 'Mirr'", names],
    ['SELECT COUNT(*) * 0 + 4 FROM country', { ...count, question: 'How many?' }],
    ['SELECT name FROM city LIMIT 0', none],
    ['SELECT name FROM city WHERE 1 = 0', none],
    ['SELECT name FROM sqlite_master WHERE 0', none],
  ])('%s earns less than an honest mistake', async (statement, target) => {
    const earned = await reward(statement, target);
    expect(earned).toBeCloseTo(-0.75, 12);
    expect(earned).toBeLessThan(await reward('SELECT nam FROM city', target));
    expect(earned).toBeLessThan(await reward('SELECT area FROM country', target));
  });

  it.each<[string, unknown, number]>([
    ['SELECT name FROM city', names, 1],
    ['SELECT * FROM city', names, 0],
    ['SELECT id, name FROM city', names, 0],
    [crossJoin, names, 0],
    ['SELECT name FROM city LIMIT 2', names, 0.4 * (2 / 3)],
    [endless, names, -0.3],
    ['SELECT length(randomblob(1000000000)) FROM city', names, -0.3],
    ["SELECT load_extension('x')", names, -0.3],
    ["ATTACH 'other.sqlite' AS other", names, -0.5],
    ['PRAGMA writable_schema = ON', names, -0.5],
    ['DELETE FROM city', names, -0.5],
    ["UPDATE city SET name = 'x'", names, -0.5],
    ['DROP TABLE city', names, -0.5],
    ['SELECT name FROM city; DROP TABLE city', names, -0.5],
    ['SELECT name FROM city /* ; */; -- and\n DELETE FROM city', names, -0.5],
    ['WITH x AS (SELECT name FROM city) DELETE FROM city', names, -0.5],
    ['SELECT name FROM city\0 WHERE 0', names, -0.5],
    [`SELECT name FROM city WHERE name <> '${'x'.repeat(100_000)}'`, names, -1],
  ])('%#: what it earns is known', async (statement, target, expected) => {
    expect(await reward(statement, target)).toBeCloseTo(expected, 12);
    // Whatever was tried: the data is as it was.
    expect(await reward('SELECT name FROM city', names)).toBe(1);
  });

  it('published ladders pay what they pay, but nothing for what reads no table', async () => {
    const earned = async (statement: string, target: unknown): Promise<readonly number[]> => [
      await reward(statement, target, 'deepretrieval'),
      await reward(statement, target, 'deepretrieval-spider'),
    ];
    expect(await earned('SELECT name FROM city', names)).toEqual([1.1, 1.1]);
    expect(await earned('SELECT capital FROM country', names)).toEqual([0.4, 0]);
    expect(await earned('SELECT 4', count)).toEqual([0, 0]);
    expect(await reward(endless, none, 'deepretrieval')).toBe(0);
    expect(await earned('SELECT nam FROM city', names)).toEqual([0, 0]);
    // Without reasoning what failed is told from what is no SQL.
    const direct = async (statement: string): Promise<number> => {
      const options = { reward: 'deepretrieval', variant: 'direct' } as const;
      const answer = `<answer>${JSON.stringify({ sql: statement })}</answer>`;
      return (await sql.score(answer, names, world, options)).reward.reward;
    };
    expect(await direct('SELECT nam FROM city')).toBe(0.2);
    expect(await direct('SELEC nam FROM city')).toBe(0);
  });

  it('the question tells what is remembered from what is read', async () => {
    const statement = "SELECT name FROM city WHERE name = 'Lutha'";
    const target = { db: 'atlas', gold: 'SELECT name FROM city WHERE id = 1' };
    expect(await reward(statement, target)).toBeCloseTo(-0.75, 12);
    expect(await reward(statement, { ...target, question: 'Is there a city called Lutha?' })).toBe(1);
    const { reward: paid } = await sql.score(completed(statement), target, world, { original: 'Is Lutha a city?' });
    expect(paid.reward).toBe(1);
  }); // prettier-ignore
});

describe('errors of a target', () => {
  it('are RowErrors', async () => {
    await expect(sql.score(completed('SELECT 1'), { db: 'atlas' }, world)).rejects.toThrow(RowError);
  });
});
