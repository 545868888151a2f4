import { beforeAll, describe, expect, it } from 'vitest';
import type { Problem, Range } from '../../text/index.ts';
import { meaningful, scanSql } from '../scanner.ts';
import { goldFolder, goldQuestions, hasGold } from '../testing/goldQuestions.ts';
import type { GoldQuestion } from '../testing/goldQuestions.ts';
import { checkStatement } from './checkStatement.ts';
import { schemaOfFile } from './testing/databases.ts';
import type { Schema } from './testing/databases.ts';
import { mutate, mutationKinds, seeded } from './testing/mutations.ts';
import type { Mutation, MutationKind } from './testing/mutations.ts';

describe.skipIf(!hasGold)('the trusted statements of the questions', () => {
  let questions: readonly GoldQuestion[];
  const schemas = new Map<string, Schema>();
  beforeAll(async () => {
    questions = goldQuestions();
    for (const name of new Set(questions.map(({ db }) => db)))
      schemas.set(name, await schemaOfFile(goldFolder, name));
  });
  const schemaFor = ({ db }: GoldQuestion): Schema => {
    const schema = schemas.get(db);
    if (schema === undefined) throw new Error(`no schema ${db}`);
    return schema;
  };

  it('get no error, not one of them', () => {
    expect(questions).toHaveLength(2_214);
    const wrong = questions.filter((question) => {
      const schema = schemaFor(question);
      return checkStatement(question.gold_sql, schema.engine.prepare, schema).length > 0;
    });
    expect(wrong.map(({ gold_sql }) => gold_sql)).toEqual([]);
  });

  it('1,000 mutations that SQLite refuses are reported at the right place', () => {
    const random = seeded(9);
    const shares = new Map<MutationKind, { all: number; right: number }>(
      mutationKinds.map((kind) => [kind, { all: 0, right: 0 }]),
    );
    const times: number[] = [];
    let atTheSlip = 0;
    for (let tries = 0; times.length < 1_000; tries++) {
      const kind = mutationKinds[tries % mutationKinds.length] ?? 'table';
      const question = questions[Math.floor(random() * questions.length)];
      if (question === undefined) continue;
      const schema = schemaFor(question);
      const mutation = mutate(question.gold_sql, kind, namesOf(schema), random);
      if (mutation === undefined || schema.engine.prepare(mutation.text) === undefined) continue;
      const started = performance.now();
      const problems = checkStatement(mutation.text, schema.engine.prepare, schema);
      times.push(performance.now() - started);
      const share = shares.get(kind);
      if (share === undefined) continue;
      share.all++;
      if (isRight(mutation, problems, schema)) share.right++;
      if (isAtAnyOf(mutation.places, problems, mutation.text)) atTheSlip++;
    }
    const right = [...shares.values()].reduce((sum, each) => sum + each.right, 0);
    times.sort((a, b) => a - b);
    console.log(
      `Mutations at the right place: ${right} of ${times.length} (${atTheSlip} without counting where the grammar stops); ` +
        `${[...shares].map(([kind, share]) => `${kind} ${share.right}/${share.all}`).join(', ')}; ` +
        `median ${(times[500] ?? 0).toFixed(2)} ms, p95 ${(times[950] ?? 0).toFixed(2)} ms`,
    );
    expect(right).toBeGreaterThanOrEqual(950);
    expect(atTheSlip).toBeGreaterThanOrEqual(950);
    for (const { all, right: own } of shares.values()) {
      expect(all).toBeGreaterThan(30);
      expect(own / all).toBeGreaterThan(0.9);
    }
  });
});

/**
 * Right is: there is a problem, and each touches the changed token, or, where a mark was taken out, a neighbour of the gap, the partner of the
 * parenthesis, the text of the quote, or the token at which the engine's grammar first cannot go on (found by going through all prefixes). A problem over more than
 * a qualified name does not count unless it lies within such a place.
 */
function isRight(mutation: Mutation, problems: readonly Problem[], { engine }: Schema): boolean {
  const tokens = meaningful(scanSql(mutation.text));
  const places: Range[] = [...mutation.places];
  if (mutation.isGap) {
    const message = engine.prepare(mutation.text);
    const stop =
      message === 'incomplete input'
        ? tokens.filter(({ text }) => text !== ';').at(-1)
        : tokens.find(({ end }) => engine.prepare(mutation.text.slice(0, end)) === message);
    if (stop !== undefined) places.push(stop);
  }
  return isAtAnyOf(places, problems, mutation.text);
}

function isAtAnyOf(places: readonly Range[], problems: readonly Problem[], text: string): boolean {
  const tokens = meaningful(scanSql(text));
  const isAt = ({ range }: Problem): boolean =>
    places.some(
      ({ start, end }) =>
        range.start < end &&
        range.end > start &&
        ((range.start >= start && range.end <= end) ||
          tokens.filter((token) => token.start < range.end && token.end > range.start).length <= 5),
    );
  return problems.length > 0 && problems.every(isAt);
}

function namesOf({ tables }: Schema): { tables: ReadonlySet<string>; columns: ReadonlySet<string> } {
  return {
    tables: new Set(tables.map(({ name }) => name.toLowerCase())),
    columns: new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name.toLowerCase()))),
  };
}
