import type { PubMedServices } from '@querent/core/connectors';
import type { SearchEngine } from '@querent/core/search';
import type { OpenDocument } from './documents.ts';
import type { Services } from './services.ts';

/** Longest words that are sent; what is longer is no term. In UTF-16 units. */
const LONGEST = 200;

/** Whether the document's database can be asked for spellings, as far as it is open. */
export function canSpell({ measuring }: Services, document: OpenDocument): boolean {
  const state = measuring.engineState(document);
  return state.kind === 'ready' && spellerOf(state.engine) !== undefined;
}

/**
 * How the document's database would spell `text`; undefined where it knows no better.
 * @throws SearchError where it cannot be asked
 */
export async function spelled(
  { measuring }: Services,
  document: OpenDocument,
  text: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const words = text.replace(/\s+/g, ' ').trim();
  if (words === '' || words.length > LONGEST) return undefined;
  const spell = spellerOf(await measuring.engine(document));
  // A person waits for it.
  const better = await spell?.(words, { signal, priority: 1 });
  // What comes from a service is put between quotes and tags: it must not end them.
  return (
    better
      ?.replace(/["[\]()*:]/g, ' ')
      .replace(/\s+/g, ' ')
      .trim() || undefined
  );
}

function spellerOf(
  engine: SearchEngine & { readonly services?: Partial<PubMedServices> },
): PubMedServices['spell'] | undefined {
  return engine.services?.spell;
}
