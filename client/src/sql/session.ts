import * as vscode from 'vscode';
import {
  sqlPreviewMethod,
  sqlProposeMethod,
  type SqlPreviewParams,
  type SqlPreviewResult,
  type SqlProposeParams,
  type SqlProposeResult,
} from '@querent/server/sqlProtocol';
import type { WirePosition, WireRange } from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { applyOffsetEdits } from '../features/edits.ts';
import { offsetEdits } from '../features/textEdits.ts';
import { ask } from './ask.ts';
import type { SqlOrder, SqlViewState } from './messages.ts';
import {
  foundAgain,
  isAsItWas,
  statementAt,
  tracked,
  type TextChange,
  type TrackedStatement,
} from './statementTrack.ts';

let answers = 0;

/** One statement that is run, or one question that proposals are asked for; holds what the view shows true while the document is edited. */
export class SqlSession {
  readonly #parts: ExtensionParts;
  readonly #changed: () => void;
  readonly #cancellation = new vscode.CancellationTokenSource();
  #state: SqlViewState;
  #statement: TrackedStatement | undefined;
  #place: WirePosition;
  /** The place of a failure within the statement. */
  #failure: { readonly offset: number; readonly length: number } | undefined;
  #isLost = false;
  /** The text that the edits of proposals speak of, and the one after the proposal that was put in. */
  #base: string | undefined;
  #after: { readonly text: string; readonly proposal: number } | undefined;

  constructor(parts: ExtensionParts, order: SqlOrder, changed: () => void) {
    this.#parts = parts;
    this.#changed = changed;
    this.#place = order.position;
    const file = vscode.Uri.parse(order.uri, true).path.split('/').at(-1) ?? order.uri;
    this.#state = { order, file, phase: 'running', answer: (answers += 1), fit: 'fits' };
  }

  get state(): SqlViewState {
    return this.#state;
  }

  /** Asks the server; ends when it has answered, refused or was stopped. Never rejects. */
  async run(): Promise<void> {
    const { token } = this.#cancellation;
    try {
      const isThere = await (this.#state.order.kind === 'run' ? this.#preview() : this.#propose());
      if (token.isCancellationRequested) this.#set({ phase: 'stopped', stage: undefined });
      else if (!isThere) this.#failed('The language server gave no answer. The log may say why.');
      else this.#set({ phase: 'done', stage: undefined });
    } catch (error) {
      if (token.isCancellationRequested) this.#set({ phase: 'stopped', stage: undefined });
      else this.#failed(error instanceof Error ? error.message : String(error));
    }
  }

  cancel(): void {
    this.#cancellation.cancel();
    // Shown at once, however long the server takes to hear it.
    if (this.#state.phase === 'running') this.#set({ phase: 'stopped', stage: undefined });
  }

  dispose(): void {
    this.#cancellation.cancel();
    this.#cancellation.dispose();
  }

  /** The document was edited: what is shown may not be of its text any more. */
  documentChanged(changes: readonly TextChange[]): void {
    if (this.#state.order.kind !== 'run') this.#seeWhetherProposalsFit();
    else if (this.#statement) {
      this.#statement = tracked(this.#statement, changes);
      this.#seeWhetherStatementFits();
    }
  }

  /** A document that was closed may be another one when it is opened again. */
  documentClosed(): void {
    this.#isLost = true;
  }

  /** Where the statement stands now, or stood last. */
  place(): WirePosition {
    const document = this.#document();
    if (document && this.#statement) {
      if (this.#isLost) {
        const { sql, start } = this.#statement;
        this.#statement = foundAgain(document.getText(), sql, start) ?? this.#statement;
        this.#isLost = false;
      }
      const { line, character } = document.positionAt(this.#statement.start);
      this.#place = { line, character };
    }
    return this.#place;
  }

  /** The place of a failure in the document as it is now; undefined where there is none, or the statement was edited. */
  failurePlace(): vscode.Range | undefined {
    const document = this.#document();
    if (!document || !this.#failure || this.#state.fit === 'edited') return undefined;
    const { line, character } = this.place();
    const start = document.offsetAt(new vscode.Position(line, character)) + this.#failure.offset;
    return new vscode.Range(document.positionAt(start), document.positionAt(start + this.#failure.length));
  }

  /** Puts a proposal into the document, as one step that undo takes back. */
  async insert(proposal: number): Promise<boolean> {
    const chosen = this.#state.proposed?.proposals[proposal];
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(this.#state.order.uri, true));
    if (!chosen || this.#base === undefined || document.getText() !== this.#base) return false;
    const edits = offsetEdits(this.#base, chosen.edit.edits);
    if (!(await applyOffsetEdits(document, edits))) return false;
    this.#after = { text: document.getText(), proposal };
    this.#seeWhetherProposalsFit();
    return true;
  }

  async #preview(): Promise<boolean> {
    const { uri, position, rows } = this.#state.order;
    const params: Omit<SqlPreviewParams, 'workDoneToken'> = {
      ...{ uri, position },
      ...(rows === undefined ? {} : { rows }),
    };
    const preview = await this.#ask<SqlPreviewResult>(sqlPreviewMethod, params);
    if (preview === null) return false;
    this.#statement = this.#found(preview);
    this.#set({ preview });
    this.#seeWhetherStatementFits();
    return true;
  }

  async #propose(): Promise<boolean> {
    const { uri, position, kind } = this.#state.order;
    const before = this.#document();
    const base = before?.getText();
    const version = before?.version;
    const params: Omit<SqlProposeParams, 'workDoneToken' | 'partialResultToken'> = {
      uri,
      position,
      kind: kind === 'fix' ? 'fix' : 'write',
    };
    const take = (proposed: SqlProposeResult): void => {
      // Edits of a version that we did not see cannot be put anywhere.
      if (proposed.proposals.every(({ edit }) => edit.version === version)) this.#base = base;
      // What was put in before was one of fewer: it stands at another place now.
      this.#after = undefined;
      this.#set({ proposed, answer: (answers += 1) });
      this.#seeWhetherProposalsFit();
    };
    const proposed = await this.#ask<SqlProposeResult>(sqlProposeMethod, params, (early) => {
      if (this.#state.phase === 'running') take(early);
    });
    if (proposed === null) return false;
    take(proposed);
    return true;
  }

  async #ask<R>(method: string, params: object, early?: (partial: R) => void): Promise<R | null> {
    const staged = (stage: string): void => {
      if (this.#state.phase === 'running') this.#set({ stage });
    };
    return ask<R>(this.#parts, method, params, this.#cancellation.token, staged, early);
  }

  #found({ sql, range, version, result }: SqlPreviewResult): TrackedStatement | undefined {
    const document = this.#document();
    if (!document) return undefined;
    const { start, end } = offsetsOf(document, range);
    if (document.version !== version) return foundAgain(document.getText(), sql, start);
    if (result.kind === 'failure' && result.range) {
      const place = offsetsOf(document, result.range);
      this.#failure = { offset: place.start - start, length: place.end - place.start };
    }
    return statementAt(document.getText(), start, end);
  }

  #seeWhetherStatementFits(): void {
    const document = this.#document();
    const statement = this.#statement;
    const fits = document && statement && isAsItWas(document.getText(), statement);
    const line = document && statement && this.place().line;
    this.#set({ fit: fits ? 'fits' : 'edited', line });
  }

  #seeWhetherProposalsFit(): void {
    if (!this.#state.proposed) return;
    const text = this.#document()?.getText();
    const isIn = this.#after !== undefined && text === this.#after.text;
    this.#set({
      fit: isIn || (text !== undefined && text === this.#base) ? 'fits' : 'edited',
      inserted: isIn ? this.#after?.proposal : undefined,
    });
  }

  #failed(problem: string): void {
    this.#parts.log.warn(problem);
    this.#set({ phase: 'failed', problem, stage: undefined });
  }

  #set(change: Partial<SqlViewState>): void {
    const next = { ...this.#state, ...change };
    const keys = Object.keys(change) as (keyof SqlViewState)[];
    // Every key that is struck comes here; most change nothing that is shown.
    const isNew = keys.some((key) => next[key] !== this.#state[key]);
    this.#state = next;
    if (isNew) this.#changed();
  }

  #document(): vscode.TextDocument | undefined {
    return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === this.#state.order.uri);
  }
}

function offsetsOf(
  document: vscode.TextDocument,
  { start, end }: WireRange,
): { readonly start: number; readonly end: number } {
  return {
    start: document.offsetAt(new vscode.Position(start.line, start.character)),
    end: document.offsetAt(new vscode.Position(end.line, end.character)),
  };
}
