import { ModelError } from './modelError.ts';
import { list, OpenAiServer } from './openAiServer.ts';
import type { OpenAiServerOptions } from './openAiServer.ts';

/** A server may serve hundreds; nobody looks through more. */
const mostModels = 200;

/** Names of the models that an OpenAI-compatible server lists, in its order. @throws ModelError */
export async function listOpenAiModels(
  options: Omit<OpenAiServerOptions, 'model'>,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const server = new OpenAiServer(options);
  const answer = await server.request('GET', 'models', undefined, signal);
  if (!Array.isArray(answer['data']))
    throw new ModelError(
      'refused',
      `The model server at ${server.base} answered without a list of models. Is it OpenAI-compatible?`,
    );
  return list(answer['data'])
    .map(({ id }) => id)
    .filter((id) => typeof id === 'string')
    .slice(0, mostModels);
}
