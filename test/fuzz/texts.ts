import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadThesaurus } from '@querent/core/mesh';
import type { Thesaurus } from '@querent/core/mesh';
import { databaseHalf, missingQuestions, sampleQuestions } from '../report/goldQuestions.ts';
import { missingStrategies, realStrategies, realThesaurus } from '../report/realData.ts';

/** What is spoilt: the real strategies with full MeSH, or the samples of the project where the data is missing. */
export function fuzzTexts(): { texts: readonly string[]; thesaurus: Thesaurus | undefined; from: string } {
  if (missingStrategies === undefined) {
    const texts = realStrategies().map(({ query }) => query);
    return { texts, thesaurus: realThesaurus(), from: `${texts.length} real strategies` };
  }
  const texts = sampleTexts();
  return {
    texts,
    thesaurus: sampleThesaurus(),
    from: `${texts.length} samples of the project (${missingStrategies})`,
  };
}

const samples = resolve(import.meta.dirname, '../../samples');

/** The strategies that the project ships; always the same, with or without the data. */
export function sampleTexts(): readonly string[] {
  return readdirSync(samples)
    .filter((name) => name.endsWith('.pubmed'))
    .sort()
    .map((name) => readFileSync(join(samples, name), 'utf8'));
}

/** Statements to spoil: the trusted ones of the data with their questions, else those of the samples. */
export function sqlTexts(): { texts: readonly string[]; from: string } {
  const own = sampleSql();
  if (missingQuestions !== undefined)
    return { texts: own, from: `${own.length} samples of SQL (${missingQuestions})` };
  const questions = sampleQuestions([...databaseHalf('tuned'), ...databaseHalf('judged')], 2_000, 1);
  const texts = questions.map(
    ({ question, gold_sql: sql }) => `-- Q: ${question.replaceAll('\n', ' ')}\n${sql};\n`,
  );
  return { texts: [...own, ...texts], from: `${texts.length} trusted statements` };
}

/** The document of SQL that the project ships, and one of statements that write, define and nest; always the same. */
export function sampleSql(): readonly string[] {
  return [readFileSync(join(samples, 'screening.sql'), 'utf8'), otherSql];
}

const otherSql = `-- database: screening.sqlite
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9), big AS (SELECT * FROM record WHERE year > 2000)
SELECT n.i, b.title, CASE WHEN b.journal IS NULL THEN 'none' ELSE b.journal END AS journal, rank() OVER w
FROM n LEFT JOIN big AS b ON b.id = n.i WINDOW w AS (PARTITION BY b.year ORDER BY b.id);
/* several
   lines */
INSERT INTO decision (record_id, reviewer_id, stage, verdict) VALUES (1, 2, 'title', 'include'), (1, 3, 'title', 'it''s');
UPDATE record SET year = (SELECT max(year) FROM record AS r WHERE r.review_id = record.review_id) WHERE id IN (1, 2) RETURNING id;
CREATE TABLE IF NOT EXISTS "order details" (id INT, "unit price" REAL CHECK ("unit price" > 0), "group" TEXT DEFAULT 'x');
CREATE TRIGGER t AFTER INSERT ON record BEGIN UPDATE review SET title = NEW.title WHERE id = NEW.review_id; END;
SELECT o.[group], sum(o."unit price") \`total\` FROM "order details" o, json_each(o."group") j GROUP BY 1 HAVING total > :least;
`;

/** The small thesaurus of the samples. */
export function sampleThesaurus(): Thesaurus {
  return loadThesaurus(readFileSync(join(samples, 'thesaurus.jsonl'), 'utf8').trim().split('\n'), 'sample');
}
