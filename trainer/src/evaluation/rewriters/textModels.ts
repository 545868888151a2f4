import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createModelHost, createOpenAiModel, defaultHostPath } from '@querent/server/models';
import type { Template } from '@querent/core/prompting';
import type { TextModel } from '@querent/server/models';
import { sha256OfFile } from '../../sha256OfFile.ts';

/** A model that is asked in an evaluation. */
export interface OpenedModel {
  readonly model: TextModel;
  /** What it is: SHA-256 and size of a file, or the address and the name that the server gives it. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** With which wording it is asked, where that is not the task's own. */
  readonly template?: Template;
  close(): Promise<void>;
}

/**
 * Opens what `model:` names: a GGUF file, or the address of an OpenAI-compatible server, with `#NAME` behind it for one of several models.
 * The server's key is taken from `QUERENT_MODEL_KEY`.
 * @throws ModelError when there is no such file or server, or it is no model
 */
export async function openTextModel(place: string): Promise<OpenedModel> {
  if (/^https?:\/\//i.test(place)) {
    const [url = '', wanted] = place.split('#', 2);
    const apiKey = process.env.QUERENT_MODEL_KEY;
    const model = createOpenAiModel({
      url,
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(wanted === undefined || wanted === '' ? {} : { model: wanted }),
    });
    const { name } = await model.describe();
    return { model, identity: { url, name }, close: async () => undefined };
  }
  const host = createModelHost({
    hostPath: defaultHostPath(),
    modelPath: place,
    gpu: 'auto',
    threads: 0,
    idleMinutes: 0,
  });
  const { name } = await host.describe();
  const { size } = await stat(place);
  const identity = { file: basename(place), name, bytes: size, sha256: await sha256OfFile(place) };
  return { model: host, identity, close: () => host.dispose() };
}
