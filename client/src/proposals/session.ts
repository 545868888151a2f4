import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { ProgressType } from 'vscode-languageclient/node';
import {
  blockEditsMethod,
  explainMethod,
  type BlockEditsParams,
  type BlockEditsResult,
  rewriteMethod,
  type ExplainParams,
  type ExplainResult,
  type RewriteItem,
  queryTextMethod,
  type QueryTextParams,
  type QueryTextResult,
  type RewritePartial,
  type RewriteResult,
  type WireTextEdit,
} from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { applyOffsetEdits } from '../features/edits.ts';
import { send } from '../features/progress.ts';
import { applied, offsetEdits } from '../features/textEdits.ts';
import { blockKey, proposalKey, type Evidence, type PanelState, type RewriteOrder } from './messages.ts';

/** Private: asks anew for what the panel shows. */
export const againCommand = '_querent.rewriteAgain';

const partialResult = new ProgressType<RewritePartial>();

/** Something that was put into the strategy, and the text that it led to. */
interface Step {
  readonly key: string;
  readonly after: string;
}

/**
 * One rewrite, from its request to what the person takes over of it. Knows what the panel shows, and holds it true while the
 * strategy is edited: a proposal can be taken over only while the text is the one that it was made for, with nothing in it but what was
 * taken over before.
 */
export class RewriteSession {
  readonly #parts: ExtensionParts;
  readonly #changed: () => void;
  readonly #cancellation = new vscode.CancellationTokenSource();
  /** Of what is asked beside the rewrite, which may go on when that is stopped. */
  readonly #closing = new vscode.CancellationTokenSource();
  #steps: readonly Step[] = [];
  #state: PanelState;

  constructor(parts: ExtensionParts, state: PanelState, changed: () => void) {
    this.#parts = parts;
    this.#changed = changed;
    this.#state = state;
  }

  get state(): PanelState {
    return this.#state;
  }

  get uri(): string {
    return this.#state.order.params.uri;
  }

  /** Asks the server; ends when it has answered, refused or was stopped. Never rejects. */
  async run(): Promise<void> {
    const { params } = this.#state.order;
    const { token } = this.#cancellation;
    const partialResultToken = randomUUID();
    const asked = this.#document();
    void this.#askForText();
    const atStart = { version: asked?.version, text: asked?.getText() };
    const listener = this.#parts.client.onProgress(partialResult, partialResultToken, (partial) => {
      if (this.#state.phase !== 'running') return;
      const { result, ...progress } = partial;
      this.#set({ progress, ...(result === undefined ? {} : this.#withResult(result, atStart)) });
    });
    try {
      const result = await this.#parts.client.sendRequest<RewriteResult | null>(
        rewriteMethod,
        { ...params, partialResultToken },
        token,
      );
      if (token.isCancellationRequested) this.#stopped();
      else if (result === null) this.#failed('The language server gave no answer. The log may say why.');
      else
        this.#set({
          phase: 'done',
          progress: undefined,
          problem: result.proposals.length > 0 ? undefined : nothingText(result),
          ...this.#withResult(result, atStart),
        });
    } catch (error) {
      if (token.isCancellationRequested) this.#stopped();
      else this.#failed(error instanceof Error ? error.message : String(error));
    } finally {
      listener.dispose();
    }
  }

  /** Stops the rewrite; what is measured already stays. */
  cancel(): void {
    this.#cancellation.cancel();
    if (this.#state.phase === 'running') this.#stopped();
  }

  dispose(): void {
    this.cancel();
    this.#cancellation.dispose();
    this.#closing.cancel();
    this.#closing.dispose();
  }

  /** The strategy was edited, saved or taken back: looks whether the proposals still belong to it. */
  documentChanged(): void {
    const { fit, applied: keys } = this.#state;
    const now = this.#fitNow();
    if (now.fit !== fit || now.applied.join('\n') !== keys.join('\n')) this.#set(now);
  }

  proposal(query: string): RewriteItem | undefined {
    return this.#state.result?.proposals.find((item) => item.query === query);
  }

  /** Takes over a whole proposal, or one block of it, as one edit. Says why when that cannot be. */
  async accept(query: string, block?: number): Promise<boolean> {
    const item = this.proposal(query);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(this.uri, true));
    const done = this.#stepsIn(document.getText());
    const part = block === undefined ? item : item?.blocks[block];
    if (item === undefined || part === undefined || done === undefined) return this.#refuse();
    let { edits } = part;
    if (done.length > 0) {
      // The edits speak of the text before anything was taken over; of blocks the server says what they do now.
      if (block === undefined) return this.#refuse('Take back what you took over before, or rewrite again.');
      const now = await this.#blockEdits(item, block);
      if (now === undefined) return false;
      if (now.version !== document.version) return this.#refuse();
      ({ edits } = now);
    }
    const text = document.getText();
    if (!(await applyOffsetEdits(document, offsetEdits(text, edits)))) return false;
    const key = block === undefined ? proposalKey(query) : blockKey(query, block);
    this.#steps = [...done, { key, after: document.getText() }];
    this.#set(this.#fitNow());
    return true;
  }

  async #blockEdits({ blocks }: RewriteItem, block: number): Promise<BlockEditsResult | undefined> {
    const { label } = this.#state.order.params;
    const params: BlockEditsParams = {
      uri: this.uri,
      ...(label === undefined ? {} : { label }),
      blocks: blocks.map(({ name, query }) => ({ name, query })),
      chosen: [block],
    };
    return (
      (await send<BlockEditsParams, BlockEditsResult | null>(this.#parts, blockEditsMethod, params)) ??
      undefined
    );
  }

  /** The strategy with a proposal in it, for comparisons; undefined when the proposals belong to another text. */
  textWith(edits: readonly WireTextEdit[]): string | undefined {
    const { base } = this.#state;
    return base === undefined ? undefined : applied(base, offsetEdits(base, edits));
  }

  /** Asks what the terms of a proposal bring, once. */
  async askForEvidence(query: string): Promise<void> {
    const known = this.#state.evidence[query];
    if (known !== undefined && known.kind !== 'failed') return;
    this.#setEvidence(query, { kind: 'asked' });
    const params: ExplainParams = { uri: this.uri, query };
    try {
      const { token } = this.#closing;
      const result = await this.#parts.client.sendRequest<ExplainResult | null>(explainMethod, params, token);
      this.#setEvidence(
        query,
        result === null
          ? { kind: 'failed', problem: 'The language server gave no answer.' }
          : { kind: 'known', result },
      );
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#setEvidence(query, { kind: 'failed', problem });
    }
  }

  /** The query as it is, for what a proposal changes in it; a line that cannot be written out is compared as it stands. */
  async #askForText(): Promise<void> {
    const { uri, label, block } = this.#state.order.params;
    if (block !== undefined) return;
    const params: QueryTextParams = { uri, ...(label === undefined ? {} : { label }) };
    try {
      const { text } = await this.#parts.client.sendRequest<QueryTextResult>(queryTextMethod, params);
      this.#set({ before: text });
    } catch {
      // The rewrite itself says what is wrong with the line.
    }
  }

  #setEvidence(query: string, evidence: Evidence): void {
    this.#set({ evidence: { ...this.#state.evidence, [query]: evidence } });
  }

  #set(change: Partial<PanelState>): void {
    this.#state = { ...this.#state, ...change };
    this.#changed();
  }

  #stopped(): void {
    if (this.#state.phase === 'running') this.#set({ phase: 'stopped', progress: undefined });
  }

  #failed(problem: string): void {
    this.#parts.log.error(problem);
    this.#set({ phase: 'failed', problem, progress: undefined });
  }

  #document(): vscode.TextDocument | undefined {
    return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === this.uri);
  }

  /** The result, and the text that it speaks of: that of the request, or of now where an edit went before the request. */
  #withResult(
    result: RewriteResult,
    atStart: { readonly version: number | undefined; readonly text: string | undefined },
  ): Partial<PanelState> {
    const now = this.#document();
    const base =
      atStart.version === result.version
        ? atStart.text
        : now?.version === result.version
          ? now.getText()
          : this.#state.base;
    this.#state = { ...this.#state, result, ...(base === undefined ? {} : { base }) };
    return this.#fitNow();
  }

  #fitNow(): Pick<PanelState, 'fit' | 'applied'> {
    if (this.#state.base === undefined) return { fit: this.#state.result ? 'edited' : 'fits', applied: [] };
    const text = this.#document()?.getText();
    // A document that was closed is on the disk as it was, or is looked at again when it is opened.
    const steps = text === undefined ? [] : this.#stepsIn(text);
    return steps === undefined
      ? { fit: 'edited', applied: [] }
      : { fit: 'fits', applied: steps.map(({ key }) => key) };
  }

  /** What of the steps is in a text that has nothing else in it; undefined when it has. */
  #stepsIn(text: string): readonly Step[] | undefined {
    const { base } = this.#state;
    if (base === undefined) return undefined;
    if (text === base) return [];
    const last = this.#steps.findLastIndex(({ after }) => after === text);
    return last < 0 ? undefined : this.#steps.slice(0, last + 1);
  }

  /** Says that a proposal cannot be taken over, and offers new ones. */
  #refuse(reason = 'The strategy was edited since the proposals were made for it.'): false {
    const again = 'Rewrite Again';
    void vscode.window.showWarningMessage(reason, again).then((choice) => {
      if (choice === again) void vscode.commands.executeCommand(againCommand);
    });
    return false;
  }
}

/** What is shown as soon as something is asked for. */
export function firstState(order: RewriteOrder): PanelState {
  return {
    order,
    file: vscode.Uri.parse(order.params.uri).path.split('/').at(-1) ?? 'strategy',
    phase: 'running',
    progress: { stage: 'Asking the language server…' },
    fit: 'fits',
    applied: [],
    evidence: {},
  };
}

function nothingText({ rejected, goal }: RewriteResult): string {
  if (rejected.length > 0) return 'No proposal stood the test. Below stands what was rejected, and why.';
  if (goal === 'catch-missed') return 'Nothing was found that catches the missed seeds.';
  if (goal === 'narrow')
    return 'Nothing was found that makes this narrower without losing more than it saves.';
  return 'No proposal was found. A title or PICO in the front matter of the strategy helps.';
}
