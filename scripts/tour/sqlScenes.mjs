// Scenes of SQL: the invented database of the samples, which is only ever read.

const SIZE = [1280, 760];
/** The lines above statements and questions that can be pressed. */
const LENSES = '.codelens-decoration';
const withLenses = { 'querent.codeLens.enabled': true };
const database = '-- database: ../screening.sqlite\n';

const included = `${database}
-- Q: How many records did each review include?
SELECT review.title, COUNT(*) AS included
FROM included_¦record
JOIN review ON review.id = included_record.review_id
GROUP BY review.title
ORDER BY included DESC;
`;

/** Runs the statement at the cursor with the key. */
const run = (window) => window.press('Control+Enter');
const leave = async (window) => {
  await window.command('Querent: Clear SQL Results');
  await window.press('Control+j');
};

/** @type {readonly object[]} */
export const sql = [
  {
    name: 'sql-results',
    isShort: true,
    kind: 'sql',
    text: included,
    size: SIZE,
    settle: 1000,
    settings: withLenses,
    act: run,
    sees: { sql: [/\d rows/, /included/, /screening\.sqlite as of/], [LENSES]: [/Run/, /\d rows/] },
    shows: ['window'],
    leave,
  },
  {
    name: 'sql-status',
    isTestOnly: true,
    kind: 'sql',
    text: included,
    size: [1280, 480],
    once: true,
    settle: 1500,
    act: async (window) => {
      await window.rest('.statusbar-item', /MS SQL|SQL/);
      await window.page.locator('#status\\.languageStatus').hover();
    },
    sees: { '.hover-language-status': [/screening\.sqlite · \d+ tables · read/, /Choose Database/] },
    shows: ['window'],
  },
  {
    name: 'sql-plan',
    isTestOnly: true,
    kind: 'sql',
    text: `${database}
SELECT first.record_id, COUNT(*) AS disagreements
FROM decision¦ AS first
JOIN decision AS second ON second.record_id = first.record_id AND second.verdict <> first.verdict
GROUP BY first.record_id
ORDER BY disagreements DESC;
`,
    size: SIZE,
    settle: 1000,
    act: async (window) => {
      await run(window);
      await window.bench.pressInSql(/Plan/, '[role=tab]');
    },
    sees: { sql: [/Plan \(\d/, /[a-z]+ [a-z]+/] },
    shows: ['window'],
    leave: async (window) => {
      await window.bench.pressInSql('Rows', '[role=tab]');
      await leave(window);
    },
  },
  {
    name: 'sql-failed',
    isTestOnly: true,
    kind: 'sql',
    text: `${database}\nSELECT titel, year FROM record¦ ORDER BY year DESC LIMIT 10;\n`,
    size: SIZE,
    settle: 1000,
    act: run,
    sees: { sql: [/titel/, /Go to the Place/] },
    shows: ['window'],
    leave,
  },
  {
    name: 'sql-expected',
    kind: 'sql',
    text: `${database}
-- expect: SELECT title, year FROM record WHERE year >= 2018
SELECT title, year FROM¦ record WHERE year > 2018;
`,
    size: SIZE,
    settle: 1000,
    act: run,
    sees: { sql: [/Not as expected: row recall \d+ %, row precision 100 %/] },
    shows: ['window'],
    leave,
  },
  {
    name: 'sql-values',
    isTestOnly: true,
    kind: 'sql',
    text: `${database}
SELECT id, title, journal, NULL AS missing, '' AS empty, x'00ff10' AS bytes, 9007199254740993 AS big, year / 7.0 AS share,
  'one' || char(10) || 'two' AS lines FROM¦ record;
`,
    size: SIZE,
    settings: { 'workbench.colorTheme': 'Default High Contrast' },
    settle: 1500,
    act: run,
    sees: { sql: [/First 100 of \d+ rows/, /9007199254740993/] },
    shows: ['window'],
    leave,
  },
  {
    name: 'sql-proposals',
    kind: 'sql',
    text: `${database}\n-- Q: How many records are there in each year?¦\n`,
    size: [1280, 860],
    settle: 1500,
    once: true,
    settings: withLenses,
    act: (window) => window.command('Querent: Write SQL for Question'),
    sees: { sql: [/Insert Statement/, /It was run: 25 rows/], [LENSES]: /Write SQL/ },
    shows: ['window'],
    leave,
  },
  {
    name: 'sql-proposal-laid-out',
    isTestOnly: true,
    kind: 'sql',
    text: `${database}\n-- Q: How many decisions did each reviewer make?¦\n`,
    size: [1280, 860],
    settle: 1500,
    once: true,
    settings: withLenses,
    act: async (window) => {
      await window.command('Querent: Write SQL for Question');
      await window.bench.pressInSql(/Insert Statement/, 'button');
    },
    sees: {
      sql: [/FROM\n\s+decision\n/, /undo takes it back/],
      lines: /FROM\n\s+decision\n/,
      [LENSES]: /Run/,
    },
    shows: ['window'],
    leave,
  },
  {
    name: 'sql-completion',
    kind: 'sql',
    text: `${database}\nSELECT r.title, d.verdict\nFROM record AS r\nJOIN decision AS d ON ¦\n`,
    size: [1150, 560],
    settle: 1000,
    act: (window) => window.suggest(),
    sees: { suggestions: /r\.id = d\.record_id/ },
  },
  {
    name: 'sql-hover',
    kind: 'sql',
    text: `${database}\nSELECT title, jour¦nal FROM record;\n`,
    size: [1000, 560],
    settle: 1000,
    act: (window) => window.hover(),
    sees: { hover: [/journal/, /TEXT/i] },
  },
  {
    name: 'sql-fix',
    kind: 'sql',
    text: `${database}\nSELECT tit¦el, year FROM record ORDER BY year DESC LIMIT 10;\n`,
    size: [1000, 560],
    settle: 1500,
    act: (window) => window.press('Control+.'),
    sees: { menu: /title/ },
  },
];
