import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestModelServer } from '../lsp/openAi.ts';
import { querent, querentJson } from './runQuerent.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-sql-rewrite-'));
const database = join(folder, 'screening.sqlite');
copyFileSync(resolve(import.meta.dirname, '../../samples/screening.sqlite'), database);
const before = stateOf();
let model: TestModelServer;
beforeAll(async () => {
  model = await new TestModelServer().start();
});
beforeEach(() => {
  model.reply = () => '<answer>{"sql": "SELECT 1"}</answer>';
});
afterAll(() => {
  model.stop();
  // Whatever a model answered, the database is as it was, and nothing lies beside it.
  expect(stateOf()).toBe(before);
  expect(readdirSync(folder).filter((name) => /sqlite/.test(name))).toEqual(['screening.sqlite']);
  rmSync(folder, { recursive: true, force: true });
});

function stateOf(): string {
  return createHash('sha256').update(readFileSync(database)).digest('hex');
}
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

interface Rewritten {
  readonly question: string | null;
  readonly fault: string | null;
  readonly database: string;
  readonly proposals: readonly {
    readonly sql: string;
    readonly origin: string;
    readonly votes: number;
    readonly answers: number;
    readonly explanation: string;
    readonly mended: readonly string[];
    readonly columns: readonly string[];
    readonly rows: readonly (readonly unknown[])[];
    readonly rowCount: number | null;
    readonly error: string | null;
  }[];
  readonly notes: readonly string[];
}
const rewrite = (options: readonly string[], code = 0): Promise<Rewritten> =>
  querentJson<Rewritten>(['sql', 'rewrite', ...options, '--json'], { code });
const ask = (question: string, options: readonly string[] = [], code = 0): Promise<Rewritten> =>
  rewrite(['--question', question, '--database', database, ...options], code);

describe('querent sql rewrite', () => {
  it('answers a simple question without a model: one statement, its rows, what it does', async () => {
    const { question, fault, proposals } = await ask('Which reviewers joined after 2021?');
    expect({ question, fault }).toEqual({ question: 'Which reviewers joined after 2021?', fault: null });
    const [best] = proposals;
    expect(best).toMatchObject({ origin: 'method', rowCount: 3, error: null, columns: ['name'] });
    expect(best?.rows.flat().sort()).toEqual(['Dmitri Tanaka', 'Elif Santos', 'Farid Nyström']);
    expect(best?.explanation).toMatch(/reviewer/);
  });

  it('prints the same for people, with the first rows', async () => {
    const { stdout, code } = await querent([
      ...['sql', 'rewrite', '--question', 'Which reviewers joined after 2021?', '--database', database],
    ]);
    expect(stdout).toMatch(/^1\. method.*: 3 rows\n\nSELECT [^\n]*reviewer[^\n]*\n\n/);
    expect(stdout).toContain('   Dmitri Tanaka\n');
    expect(code).toBe(0);
  });

  const text = [
    '-- database: screening.sqlite',
    '-- Q: How many reviews are published?',
    '',
    'SELECT titel FROM review;',
    '-- Q: How many searches are there?',
    'SELECT count(*) FROM search;',
  ].join('\n');

  interface Wanted {
    readonly question: string | null;
    readonly fault: RegExp | null;
    readonly rows?: readonly (readonly unknown[])[];
    readonly sql?: string;
  }
  it.each<[string[], Wanted]>([
    [['--line', '2'], { question: 'How many reviews are published?', fault: null, rows: [[1]] }],
    [['--line', '6'], { question: 'How many searches are there?', fault: null, rows: [[9]] }],
    [['--statement', '1'], { question: null, fault: /`titel`/, sql: 'SELECT title FROM review' }],
    [['--line', '4'], { question: null, fault: /`titel`/, sql: 'SELECT title FROM review' }],
  ])('takes the question or the broken statement that is meant by %j', async (options, wanted) => {
    const result = await rewrite([file('several.sql', text), ...options]);
    expect(result.question).toBe(wanted.question);
    if (wanted.fault === null) expect(result.fault).toBeNull();
    else expect(result.fault).toMatch(wanted.fault);
    if (wanted.rows !== undefined) expect(result.proposals[0]?.rows).toEqual(wanted.rows);
    if (wanted.sql !== undefined) expect(result.proposals[0]?.sql).toBe(wanted.sql);
  });

  it.each([
    ['several questions', () => [file('several.sql', text)], /2 questions, on the lines 2, 5\. .*--line N/],
    ['nothing', () => ['--database', database], /nothing to start from/],
    ['no database', () => ['--question', 'How many?'], /No database\. .* with --database/],
    ['PostgreSQL', () => ['--question', 'How many?', '--dialect', 'postgresql'], /for SQLite only/],
    [
      'no model',
      () => ['--question', 'How many?', '--database', database, '--model', join(folder, 'no.gguf')],
      3,
    ],
  ])('%s: says what to do', async (_, options, message) => {
    const { stderr, code } = await querent(['sql', 'rewrite', ...options()]);
    if (typeof message === 'number')
      expect({ code, stderr }).toEqual({ code: message, stderr: expect.stringContaining('no.gguf') as string }); // prettier-ignore
    else {
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
    }
  });

  it('has nothing to mend in a statement that is whole', async () => {
    const whole = file('whole.sql', '-- database: screening.sqlite\nSELECT title FROM review ORDER BY title');
    const { stdout, stderr, code } = await querent(['sql', 'rewrite', whole, '--json']);
    expect(stderr).toContain('There is nothing to mend');
    expect((JSON.parse(stdout) as Rewritten).proposals).toEqual([]);
    expect(code).toBe(1);
  });

  it('writes for a file of CREATE statements, too, and says that nothing was run', async () => {
    const ddl = file('schema.sql', 'CREATE TABLE album (id INTEGER PRIMARY KEY, title TEXT, year INTEGER);');
    const { proposals } = await rewrite(['--question', 'How many albums are there?', '--database', ddl]);
    expect(proposals[0]).toMatchObject({ rowCount: null, rows: [] });
    expect(proposals[0]?.sql).toMatch(/COUNT\(\*\) FROM album/i);
    expect(proposals[0]?.error).toMatch(/not run/);
  });

  describe('with a model', () => {
    it('takes its statements when they read and can be prepared, tries them, and counts who agrees', async () => {
      model.reply = () =>
        '<answer>{"sql": "SELECT name FROM reviewer WHERE joined > \'2021-12-31\'"}</answer>';
      const { proposals } = await ask('Which reviewers joined after 2021?', ['--model', model.url]);
      expect(proposals[0]?.rowCount).toBe(3);
      expect(proposals[0]?.votes).toBeGreaterThan(1);
      model.reply = () => '<answer>{"sql": "SELECT count(*) * 7 FROM review"}</answer>';
      const other = await ask('Which reviewers joined after 2021?', ['--model', model.url]);
      expect(other.proposals.map(({ origin }) => origin)).toContain('model');
      expect(other.proposals.find(({ origin }) => origin === 'model')?.rows).toEqual([[21]]);
    });

    it.each([
      'DELETE FROM reviewer',
      'SELECT 1; DROP TABLE reviewer',
      "ATTACH DATABASE 'stolen.sqlite' AS stolen",
      'PRAGMA writable_schema = ON',
      "SELECT load_extension('evil')",
      'WITH x AS (SELECT 1) DELETE FROM reviewer',
      'SELECT * FROM pragma_table_list',
    ])('never proposes what does not only read: %s', async (sql) => {
      model.reply = () => `<answer>${JSON.stringify({ sql })}</answer>`;
      const { proposals } = await ask('How many reviews are published?', ['--model', model.url]);
      expect(proposals.filter(({ origin }) => origin === 'model')).toEqual([]);
      expect(proposals.length).toBeGreaterThan(0);
    });

    it('ends with 3 when it fails, with the proposals of the method printed all the same', async () => {
      model.reply = () => (response) =>
        void response.writeHead(500).end('{"error": {"message": "No memory."}}');
      const { proposals, notes } = await ask('How many reviews are published?', ['--model', model.url], 3);
      expect(proposals.map(({ origin }) => origin)).toContain('method');
      expect(notes.join('\n')).toMatch(/500|No memory/);
    });
  });
});
