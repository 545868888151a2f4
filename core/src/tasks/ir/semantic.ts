import type { SemanticFacts } from '../../rewards/index.ts';
import { SearchError } from '../../search/index.ts';
import type { Embedder } from '../../search/index.ts';
import { need, RowError } from '../task.ts';
import type { World } from '../world.ts';
import type { JudgedTarget } from './target.ts';

type Known = Pick<SemanticFacts, 'original' | 'documents'>;

/** More relevant documents change the mean little and cost as much each. */
const mostDocuments = 32;
/** Questions whose vectors are kept: all completions of a batch come for a few of them. */
const mostRemembered = 500;
const remembered = new WeakMap<Embedder, Map<string, Known>>();

/**
 * Embeds a rewritten question; the original and the documents that answer it are embedded once for all its completions.
 * @throws SearchError when the world lacks a model or the texts, or has no answer; RowError when the original is not told
 */
export async function embedForGain(
  rewritten: string,
  original: string | undefined,
  target: JudgedTarget,
  world: World,
  signal?: AbortSignal,
): Promise<SemanticFacts> {
  const embedder = need(world.embedder, 'model for embeddings', 'Name one, or choose another reward.');
  if (original === undefined)
    throw new RowError(
      'original is missing. The reward semantic-gain needs the question before it was rewritten.',
    );
  const known = await knownVectors(embedder, original, target, world, signal);
  const [vector] = await embedder.embed([rewritten], signal);
  if (vector === undefined) throw noVector(embedder);
  return { rewritten: vector, ...known };
}

async function knownVectors(
  embedder: Embedder,
  original: string,
  { relevant }: JudgedTarget,
  world: World,
  signal?: AbortSignal,
): Promise<Known> {
  const memory = remembered.get(embedder) ?? new Map<string, Known>();
  remembered.set(embedder, memory);
  const key = JSON.stringify([original, ...relevant]);
  const before = memory.get(key);
  if (before !== undefined) return before;
  const passages = need(world.passages, 'texts of documents', 'Name a library with --corpus.');
  const found = await passages.texts([...relevant].slice(0, mostDocuments), signal);
  const texts = found.filter((text) => text !== undefined && text.trim() !== '') as readonly string[];
  if (texts.length === 0)
    throw new RowError(
      'The library has the text of no relevant document, so there is nothing to come nearer to.',
    );
  const [first, ...documents] = await embedder.embed([original, ...texts], signal);
  if (first === undefined || documents.length !== texts.length) throw noVector(embedder);
  const known = { original: first, documents };
  if (memory.size >= mostRemembered) memory.clear();
  memory.set(key, known);
  return known;
}

function noVector({ id }: Embedder): SearchError {
  return new SearchError('internal', `The model ${id} gave fewer embeddings than it was given texts.`, true);
}
