import type { Rewriter } from '@querent/core/rewriting';
import { createModelHost, createModelRewriter, createOpenAiModel, defaultHostPath } from '../models/index.ts';
import type { ModelHost, TextModel } from '../models/index.ts';
import { badInput } from '../terminal/index.ts';
import { version } from './version.ts';

/** Answers that are written side by side, as in the editor unless its settings say otherwise. */
const answers = 4;

/** A model that writes, until it is closed. */
export interface OpenedModel {
  readonly text: TextModel;
  /** For one rewrite: a rewriter that is asked the same again samples other answers. */
  rewriter(): Rewriter;
  close(): Promise<void>;
}

/**
 * Makes a rewriter of what `--model` names: the address of an OpenAI-compatible server (its key from `QUERENT_MODEL_KEY`), `checkpoint` for the active one, or one that is installed, by
 * `checkpoint:ID`, or a GGUF file. Nothing is loaded yet; faults of models become rejections with their reason.
 * @throws CheckpointError, CliError where there is no such checkpoint, or its file is damaged
 */
export async function openModel(name: string): Promise<OpenedModel> {
  const [, id] = /^checkpoint(?::(.+))?$/.exec(name) ?? [];
  if (name === 'checkpoint' || id !== undefined) return openCheckpoint(id);
  if (/^https?:\/\//i.test(name)) {
    const apiKey = process.env.QUERENT_MODEL_KEY;
    const model = createOpenAiModel({ url: name, ...(apiKey === undefined ? {} : { apiKey }) });
    return opened(model, async () => undefined);
  }
  const host = hostOf(name);
  return opened(host, () => host.dispose());
}

function opened(text: TextModel, close: () => Promise<void>): OpenedModel {
  return { text, rewriter: () => createModelRewriter(text, { drafts: answers }), close };
}

async function openCheckpoint(wanted: string | undefined): Promise<OpenedModel> {
  const { asReleased, chosenCheckpoint, openStore, usableCheckpoint } =
    await import('../checkpoints/index.ts');
  const store = openStore(version());
  const chosen = await chosenCheckpoint(store.folder, wanted);
  if (chosen === undefined || (wanted !== undefined && !chosen.isPinned))
    throw badInput(
      wanted === undefined
        ? 'No checkpoint is active. Pull one (querent models pull), or activate one that is installed (querent models list).'
        : `The checkpoint ${wanted} is not installed. querent models list shows what is.`,
    );
  const { path, installed } = await usableCheckpoint(store, { ...chosen, isPinned: false });
  const host = hostOf(path);
  return opened(asReleased(host, installed), () => host.dispose());
}

function hostOf(modelPath: string): ModelHost {
  return createModelHost({
    hostPath: defaultHostPath(),
    modelPath,
    gpu: 'auto',
    threads: 0,
    idleMinutes: 0,
    samples: answers,
  });
}
