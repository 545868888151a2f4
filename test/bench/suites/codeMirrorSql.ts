import { CompletionContext, type Completion, type CompletionSource } from '@codemirror/autocomplete';
import { keywordCompletionSource, schemaCompletionSource, sql, SQLite } from '@codemirror/lang-sql';
import { ensureSyntaxTree } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import type { GeneratedTable } from './generatedSql.ts';

/** What CodeMirror offers behind a text, and how long it took, in milliseconds. */
export interface Offered {
  readonly ms: number;
  /** In the order of its list. */
  readonly labels: readonly string[];
}

/** Longest time for a tree of the whole text, which its editor makes in the background. */
const parsePatienceMs = 5_000;

/**
 * Completion of CodeMirror's SQL (`@codemirror/lang-sql`), as its editor has it in browsers, in this process: tables, columns and keywords of SQLite.
 * @returns asks for the list behind `offset`, in a text that was typed at just there: parsing what an edit leaves is part of the time
 */
export function codeMirrorCompletion(
  tables: readonly GeneratedTable[],
): (before: string, typed: string, offset: number) => Promise<Offered> {
  const schema = Object.fromEntries(
    tables.map(({ name, columns, parents }) => [
      name,
      ['id', ...parents.map((parent) => `${parent}_id`), ...columns],
    ]),
  );
  const sources: readonly CompletionSource[] = [
    schemaCompletionSource({ dialect: SQLite, schema }),
    keywordCompletionSource(SQLite, true),
  ];
  const language = sql({ dialect: SQLite });
  let state = EditorState.create({ doc: '', extensions: [language] });
  return async (before, typed, offset) => {
    if (state.doc.toString() !== before) {
      state = EditorState.create({ doc: before, extensions: [language] });
      ensureSyntaxTree(state, before.length, parsePatienceMs);
    }
    const from = performance.now();
    const { state: next } = state.update({ changes: { from: offset, insert: typed } });
    const at = offset + typed.length;
    ensureSyntaxTree(next, at, parsePatienceMs);
    const lists = await Promise.all(
      sources.map(async (source) => source(new CompletionContext(next, at, true))),
    );
    const ms = performance.now() - from;
    return {
      ms,
      labels: lists
        .flatMap((list) => list?.options ?? [])
        .filter(({ label }) => label.toLowerCase().startsWith(typed.toLowerCase()))
        .sort(byCodeMirror)
        .map(({ label }) => label),
    };
  };
}

/** How it orders what begins alike: by what sources add, then by name. */
function byCodeMirror(a: Completion, b: Completion): number {
  return (b.boost ?? 0) - (a.boost ?? 0) || (a.label < b.label ? -1 : 1);
}
