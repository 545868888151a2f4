import * as vscode from 'vscode';
import {
  checkpointsMethod,
  type CheckpointEntry,
  type CheckpointsParams,
  type CheckpointsResult,
} from '@querent/server/checkpointProtocol';
import type { ExtensionParts } from '../context.ts';

/** What is known of checkpoints, as the server told it last: the one place that asks. */
export class Checkpoints {
  readonly #parts: ExtensionParts;
  readonly #changed = new vscode.EventEmitter<CheckpointsResult>();
  readonly onDidChange = this.#changed.event;
  #latest: CheckpointsResult | undefined;

  constructor(parts: ExtensionParts) {
    this.#parts = parts;
    parts.context.subscriptions.push(this.#changed);
  }

  get latest(): CheckpointsResult | undefined {
    return this.#latest;
  }

  /**
   * What is installed and offered. The channel is asked only with `ask`; else this costs a look at the disk. Rejects with the server's
   * words; a channel that cannot be read is no error but the `problem` of the result.
   */
  async read({ ask }: CheckpointsParams, token?: vscode.CancellationToken): Promise<CheckpointsResult> {
    const { client } = this.#parts;
    // A token that is passed on as undefined would be taken for a parameter.
    const result = await (token === undefined
      ? client.sendRequest<CheckpointsResult>(checkpointsMethod, { ask })
      : client.sendRequest<CheckpointsResult>(checkpointsMethod, { ask }, token));
    this.#latest = result;
    const facts = {
      channel: result.channel !== '',
      update: result.update !== undefined,
      previous: result.previous !== undefined,
    };
    await Promise.all(
      Object.entries(facts).map(([name, value]) =>
        vscode.commands.executeCommand('setContext', `querent.checkpoints.${name}`, value),
      ),
    );
    this.#changed.fire(result);
    return result;
  }

  /** Reads again without asking the channel; what fails is logged, since nobody asked for it. */
  async refresh(): Promise<CheckpointsResult | undefined> {
    try {
      return await this.read({ ask: false });
    } catch (error) {
      this.#parts.log.warn(`Checkpoints could not be listed: ${String(error)}`);
      return undefined;
    }
  }
}

export function entryOf(
  result: CheckpointsResult | undefined,
  id: string | undefined,
): CheckpointEntry | undefined {
  return result?.entries.find((entry) => entry.id === id);
}
