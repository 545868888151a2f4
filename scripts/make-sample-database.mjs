#!/usr/bin/env node
/**
 * Writes samples/screening.sqlite: an **invented** database of a team that screens records for systematic reviews, for trying SQL without any
 * download. Deterministic: the same rows every time. `node scripts/make-sample-database.mjs`
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import initSqlJs from 'sql.js';

const schema = `
CREATE TABLE reviewer (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  joined DATE NOT NULL
);
CREATE TABLE review (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL CHECK (status IN ('screening', 'extracting', 'published')),
  started DATE NOT NULL,
  lead_id INTEGER NOT NULL REFERENCES reviewer (id)
);
CREATE TABLE search (
  id INTEGER PRIMARY KEY,
  review_id INTEGER NOT NULL REFERENCES review (id),
  source TEXT NOT NULL,
  run_on DATE NOT NULL,
  found INTEGER NOT NULL
);
CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  search_id INTEGER NOT NULL REFERENCES search (id),
  title TEXT NOT NULL,
  year INTEGER NOT NULL,
  journal TEXT,
  language TEXT NOT NULL DEFAULT 'English'
);
CREATE INDEX record_search ON record (search_id);
CREATE TABLE decision (
  record_id INTEGER NOT NULL REFERENCES record (id),
  reviewer_id INTEGER NOT NULL REFERENCES reviewer (id),
  stage TEXT NOT NULL CHECK (stage IN ('title', 'full text')),
  verdict TEXT NOT NULL CHECK (verdict IN ('include', 'exclude', 'unsure')),
  reason TEXT,
  minutes REAL NOT NULL,
  PRIMARY KEY (record_id, reviewer_id, stage)
) WITHOUT ROWID;
CREATE VIEW included_record AS
  SELECT record.id, record.title, record.year, search.review_id
  FROM record JOIN search ON search.id = record.search_id
  WHERE (SELECT COUNT(*) FROM decision AS d
         WHERE d.record_id = record.id AND d.stage = 'full text' AND d.verdict = 'include') = 2;
`;

/** mulberry32 (public domain, Tommy Ettinger): a small seeded generator, so that the sample never changes by chance. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const reviewers = [
  ['Aino Lindqvist', '2019-03-01'],
  ['Bruno Okafor', '2020-09-15'],
  ['Chiara Moreau', '2021-01-11'],
  ['Dmitri Tanaka', '2022-06-01'],
  ['Elif Santos', '2023-02-20'],
  ['Farid Nyström', '2025-10-06'],
];

/** What records of a review are about, in words that make a title. */
const reviews = [
  {
    row: ['Exercise for preventing falls in older people', 'published', '2023-01-09', 1],
    subjects: ['older adults', 'nursing home residents', 'women over 70'],
    themes: ['Balance training', 'Tai chi', 'Strength training', 'Walking programmes'],
    outcomes: ['rate of falls', 'fear of falling', 'hip fracture'],
    records: 150,
  },
  {
    row: ['Mirror therapy after stroke', 'extracting', '2024-05-13', 3],
    subjects: ['stroke survivors', 'chronic stroke', 'patients with neglect'],
    themes: ['Mirror therapy', 'Robot-assisted therapy', 'Constraint-induced movement'],
    outcomes: ['arm function', 'grip strength', 'daily activities'],
    records: 110,
  },
  {
    row: ['Peer support for people with asthma', 'screening', '2025-11-03', 2],
    subjects: ['adolescents with asthma', 'adults with asthma', 'parents of children with asthma'],
    themes: ['Peer support', 'Group education', 'Telephone coaching'],
    outcomes: ['asthma control', 'inhaler technique', 'school absence'],
    records: 90,
  },
];
const sources = ['PubMed', 'Embase', 'CENTRAL'];
const journals = [
  'Journal of Invented Gerontology',
  'Annals of Imaginary Rehabilitation',
  'Fictional Trials',
  null,
];
const languages = ['English', 'English', 'English', 'English', 'Spanish', 'German', 'Japanese'];
const reasons = ['wrong population', 'wrong intervention', 'no comparison', 'not a trial'];

/**
 * The sample as bytes of a SQLite file.
 * @returns {Promise<Uint8Array>}
 */
export async function sampleDatabase() {
  const random = generator(20261130);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const { Database } = await initSqlJs();
  const database = new Database();
  try {
    database.run(schema);
    reviewers.forEach((row, i) => database.run('INSERT INTO reviewer VALUES (?, ?, ?)', [i + 1, ...row]));
    let searchId = 0;
    let recordId = 0;
    reviews.forEach(({ row, subjects, themes, outcomes, records }, i) => {
      database.run('INSERT INTO review VALUES (?, ?, ?, ?, ?)', [i + 1, ...row]);
      const startYear = Number(row[2].slice(0, 4));
      sources.forEach((source, s) => {
        // The three sources find less and less that is new.
        const kept = Math.round(records * [0.5, 0.3, 0.2][s]);
        const day = String(10 + s).padStart(2, '0');
        database.run('INSERT INTO search VALUES (?, ?, ?, ?, ?)', [
          ...[++searchId, i + 1, source, `${startYear}-12-${day}`],
          kept + Math.floor(random() * kept),
        ]);
        for (let n = 0; n < kept; n++) {
          const year = startYear - Math.floor(random() * random() * 25);
          database.run('INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)', [
            ...[++recordId, searchId, `${pick(themes)} and ${pick(outcomes)} in ${pick(subjects)}`],
            ...[year, pick(journals), pick(languages)],
          ]);
          decide(database, recordId, row[1], random, pick);
        }
      });
    });
    database.run('VACUUM');
    return database.export();
  } finally {
    database.close();
  }
}

/** Two reviewers read each title, and the full text of what both keep; a review that is still screened has gaps. */
function decide(database, record, status, random, pick) {
  const first = 1 + Math.floor(random() * 5);
  const pair = [first, (first % 5) + 1];
  const isRelevant = random() < 0.25;
  const stages = isRelevant ? ['title', 'full text'] : ['title'];
  for (const stage of stages)
    for (const reviewer of pair) {
      if (status === 'screening' && random() < (stage === 'title' ? 0.25 : 0.6)) continue;
      const doubt = random();
      const verdict = doubt < 0.06 ? 'unsure' : isRelevant && doubt < 0.85 ? 'include' : 'exclude';
      const minutes = Math.round((stage === 'title' ? 0.4 + random() : 8 + random() * 20) * 10) / 10;
      const reason = verdict === 'exclude' && stage === 'full text' ? pick(reasons) : null;
      database.run('INSERT INTO decision VALUES (?, ?, ?, ?, ?, ?)', [
        ...[record, reviewer, stage, verdict, reason, minutes],
      ]);
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(import.meta.dirname, '../samples/screening.sqlite');
  const bytes = await sampleDatabase();
  writeFileSync(file, bytes);
  console.log(`${file}: ${bytes.length} bytes`);
}
