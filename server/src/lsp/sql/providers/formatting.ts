import type {
  DocumentFormattingParams,
  DocumentRangeFormattingParams,
  TextEdit,
} from 'vscode-languageserver/node';
import { sqlFormattingSteps } from '@querent/core/features';
import { lspEdits, offsetsOf } from '../../services.ts';
import type { SqlProvider } from './index.ts';

/** Milliseconds after which others have their turn: some statements are laid out in them. */
const turnMs = 30;

/** Lays out all statements, as the editor indents. */
export const formattingProvider: SqlProvider = {
  request: 'textDocument/formatting',
  answer: async (_services, document, { options }: DocumentFormattingParams, signal): Promise<TextEdit[]> =>
    lspEdits(document, await inTurns(sqlFormattingSteps(document.parsed, undefined, options), signal())),
};

/** Lays out the statements that a range touches. */
export const rangeFormattingProvider: SqlProvider = {
  request: 'textDocument/rangeFormatting',
  answer: async (
    _services,
    document,
    { range, options }: DocumentRangeFormattingParams,
    signal,
  ): Promise<TextEdit[]> => {
    const steps = sqlFormattingSteps(document.parsed, offsetsOf(document, range), options);
    return lspEdits(document, await inTurns(steps, signal()));
  },
};

/** Goes through steps, letting others have their turn between. @throws when the signal fires */
async function inTurns<T>(steps: Generator<undefined, T>, signal: AbortSignal): Promise<T> {
  let until = performance.now() + turnMs;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    if (performance.now() < until) continue;
    await new Promise<void>((next) => setImmediate(next));
    signal.throwIfAborted();
    until = performance.now() + turnMs;
  }
}
