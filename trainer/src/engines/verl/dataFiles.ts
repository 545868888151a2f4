import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { CliError, EXIT } from '@querent/server/terminal';
import type { PromptRow } from '../../pairs/promptRow.ts';

/** A row as verl's loader reads it. All rows have the same keys with the same types: it takes those of the first for those of all. */
interface VerlRow {
  readonly data_source: string;
  readonly prompt: readonly { readonly role: string; readonly content: string }[];
  readonly ability: string;
  readonly reward_model: { readonly style: 'rule'; readonly ground_truth: string };
  readonly extra_info: {
    readonly index: number;
    readonly id: string;
    /** JSON of the reward service's context. */
    readonly context: string;
    readonly opened: string;
  };
}

/** The row of a prompt: the very prompt that the embedded engine reads. A text to be continued is one turn, for the chat template that writes turns as they are. */
function verlRow(row: PromptRow, index: number): VerlRow {
  return {
    data_source: row.task,
    prompt: row.messages ?? [{ role: 'user', content: row.text ?? '' }],
    ability: row.task,
    reward_model: { style: 'rule', ground_truth: JSON.stringify(row.target) },
    extra_info: { index, id: row.id, context: JSON.stringify(row.context), opened: row.opened },
  };
}

/**
 * Writes verl's rows of a file of prompts, whole or not at all.
 * @returns how many there are
 * @throws CliError (exit code 2) for a line that is no prompt
 */
export async function writeVerlRows(prompts: string, target: string): Promise<number> {
  const part = `${target}.part`;
  const file = await open(part, 'w');
  let count = 0;
  try {
    let line = 0;
    for await (const text of createInterface({
      input: createReadStream(prompts, 'utf8'),
      crlfDelay: Infinity,
    })) {
      line++;
      if (text.trim() === '') continue;
      await file.write(`${JSON.stringify(verlRow(promptIn(text, `${prompts}:${line}`), count++))}\n`);
    }
    await file.sync();
  } catch (error) {
    await file.close();
    await rm(part, { force: true });
    throw error;
  }
  await file.close();
  await rename(part, target);
  return count;
}

function promptIn(text: string, where: string): PromptRow {
  let row: Partial<PromptRow> | null = null;
  try {
    row = JSON.parse(text) as Partial<PromptRow> | null;
  } catch {
    // Told below.
  }
  if (
    typeof row?.id !== 'string' ||
    typeof row.task !== 'string' ||
    (row.messages === undefined && row.text === undefined)
  )
    throw new CliError(
      EXIT.badInput,
      `${where}: this is no row of prompts. Make them anew: querent-trainer run PLAN --from prompts.`,
    );
  return row as PromptRow;
}
