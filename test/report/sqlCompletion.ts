import { sqlCompletion } from '@querent/core/features';
import type { SqlCompletionItem } from '@querent/core/features';
import { meaningful, parseSqlDocument, scanSql, unquoted } from '@querent/core/sql';
import { foldedName } from '@querent/core/sqlSchema';
import type { SqlSchema } from '@querent/core/sqlSchema';
import { goldNames } from './goldNames.ts';
import type { GoldName, NameKind } from './goldNames.ts';
import { databaseHalf, goldSchema, sampleQuestions } from './goldQuestions.ts';
import type { GoldQuestion } from './goldQuestions.ts';
import type { Report } from './report.ts';

/** How completion is asked at a name: the name itself is never there. */
export interface Way {
  /** Whether the rest of the statement stands behind the cursor. */
  readonly isKept: boolean;
  /** Whether the question stands above the statement as `-- Q:`. */
  readonly hasQuestion: boolean;
}

/** A name and where it is in the list; -1 where it is not. */
export interface Place {
  readonly name: GoldName;
  readonly rank: number;
  /** The statement with the cursor, and the first labels, for people. */
  readonly text: string;
  readonly top: readonly string[];
  readonly ms: number;
}

export interface Share {
  readonly kind: string;
  readonly count: number;
  readonly first: number;
  readonly five: number;
}

const seed = 9;
/** Statements of each half of the databases. */
const statements = 200;
const goals = { five: 0.85, first: 0.6 };

/** Completion at every name of 200 gold statements of each half of the databases, in four ways. */
export async function report(): Promise<Report> {
  const lines: string[] = [];
  const faults: string[] = [];
  const json: unknown[] = [];
  for (const half of ['judged', 'tuned'] as const) {
    const chosen = sampleQuestions(databaseHalf(half), statements, seed);
    for (const hasQuestion of [true, false])
      for (const isKept of [false, true]) {
        const places = await measurePlaces(chosen, { isKept, hasQuestion });
        const shares = sharesOf(places);
        const ms = places.map((place) => place.ms).sort((a, b) => a - b);
        const p95 = ms[Math.floor(ms.length * 0.95)] ?? 0;
        const way = `${half} half, rest ${isKept ? 'kept' : 'removed'}, ${hasQuestion ? 'with' : 'without'} the question`;
        json.push({ half, isKept, hasQuestion, p95, shares });
        lines.push(
          `${way} (95th percentile ${p95.toFixed(1)} ms)`,
          ...shares.map(
            ({ kind, count, first, five }) =>
              `  ${kind.padEnd(28)}${String(count).padStart(6)}  first ${percent(first)}  first five ${percent(five)}`,
          ),
        );
        const all = shares.find(({ kind }) => kind === 'all');
        if (half === 'judged' && all !== undefined && (all.five < goals.five || all.first < goals.first))
          faults.push(
            `${way}: first ${percent(all.first)}, first five ${percent(all.five)}; 60 % and 85 % are wanted.`,
          );
      }
  }
  return { json, lines, faults };
}

/** Completion at every name that the gold statements use. */
export async function measurePlaces(
  chosen: readonly GoldQuestion[],
  { isKept, hasQuestion }: Way,
): Promise<readonly Place[]> {
  const schemas = new Map<string, SqlSchema>();
  const places: Place[] = [];
  for (const { db, question, gold_sql: sql } of chosen) {
    const schema = schemas.get(db) ?? (await goldSchema(db));
    schemas.set(db, schema);
    const comment = hasQuestion ? `-- Q: ${question.replaceAll('\n', ' ')}\n` : '';
    for (const name of goldNames(sql, schema)) {
      const before = comment + sql.slice(0, name.start);
      const behind = isKept ? sql.slice(name.end) : '';
      const started = performance.now();
      const { items } = sqlCompletion(parseSqlDocument(before + behind), before.length, schema);
      const ms = performance.now() - started;
      const rest = meaningful(scanSql(isKept ? sql.slice(name.start, name.end) : sql.slice(name.start))).map(
        unquoted,
      );
      places.push({
        name,
        rank: items.findIndex((item) => isWanted(item, rest)),
        text: `${sql.slice(0, name.start)}|${behind}`,
        top: items.slice(0, 6).map(({ label }) => label),
        ms,
      });
    }
  }
  return places;
}

/** Whether what an item inserts is what stands there, token by token: more than the name only where all of it is right. */
function isWanted({ newText, kind }: SqlCompletionItem, rest: readonly string[]): boolean {
  const text = kind === 'function' ? newText.replace(/\(\)$/u, '') : newText;
  const tokens = meaningful(scanSql(text)).map(unquoted);
  return (
    tokens.length <= rest.length &&
    tokens.every((token, i) => foldedName(token) === foldedName(rest[i] ?? ''))
  );
}

const kinds: readonly NameKind[] = ['table', 'column', 'alias', 'function', 'CTE'];

/**
 * Shares of places whose name is first, and among the first five. Aliases that the statement gives only further on are apart: where the rest
 * is removed nobody can know them.
 */
export function sharesOf(places: readonly Place[]): readonly Share[] {
  const share = (kind: string, own: readonly Place[]): Share => ({
    kind,
    count: own.length,
    first: own.filter(({ rank }) => rank === 0).length / own.length,
    five: own.filter(({ rank }) => rank >= 0 && rank < 5).length / own.length,
  });
  const knowable = places.filter(({ name }) => !name.isForward);
  return [
    ...kinds.map((kind) =>
      share(
        kind,
        knowable.filter(({ name }) => name.kind === kind),
      ),
    ),
    share('all', knowable),
    share('all, with aliases given later', places),
  ].filter(({ count }) => count > 0);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1).padStart(5)} %`;
}
