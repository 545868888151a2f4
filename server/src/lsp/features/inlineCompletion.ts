import { InlineCompletionTriggerKind, type InlineCompletionItem } from 'vscode-languageserver/node';
import { entryTermsFor, termPlace, type TermPlace } from '@querent/core/features';
import { SearchError, type SearchEngine } from '@querent/core/search';
import { isUnresolvable, resolveText } from '@querent/core/strategy';
import type { TextModel } from '../../models/index.ts';
import type { OpenDocument } from '../documents.ts';
import { lspRange, offsetOf, type Feature, type Services } from '../services.ts';

/** Time after the last key before anything is asked: most keys are followed by another. */
const restMs = 250;
/** What is not there by then is not shown: the person has gone on. */
const budgetMs = 2_500;
/** The model's part of it. */
const modelMs = 1_800;
/** Terms that are asked for, measured and shown. */
const wanted = 6;
const mostShown = 3;
const answerTokens = 64;

/**
 * Terms proposed at the cursor within an OR block, each of which the library has and the block lacks: the model's where one is loaded and has
 * nothing to do, entry terms of MeSH where none is configured. Never loads a model, never waits for one, never asks a live database.
 */
export const inlineCompletion: Feature = {
  register(services) {
    /** The request in progress: the next one takes its place. */
    let current = new AbortController();
    let running: Promise<unknown> = Promise.resolve();
    services.connection.languages.inlineCompletion.on(async (params, token) =>
      services.onDocument<InlineCompletionItem[]>(
        'textDocument/inlineCompletion',
        params,
        token,
        [],
        async (document, signal) => {
          current.abort();
          current = new AbortController();
          const before = running;
          if (!services.settings().rewrite.inlineCompletion || document.language !== 'pubmed') return [];
          const limits = [signal(), current.signal, AbortSignal.timeout(budgetMs)];
          const isAsked = params.context?.triggerKind === InlineCompletionTriggerKind.Invoked;
          const offset = offsetOf(document, params.position);
          const items = itemsAt(services, document, offset, AbortSignal.any(limits), async (until) => {
            await pause(isAsked ? 0 : restMs, until);
            // What was cancelled has let go of the model then.
            await before;
          });
          running = items.catch(() => {});
          return items;
        },
      ),
    );
  },
  capabilities: () => ({ inlineCompletionProvider: true }),
};

async function itemsAt(
  services: Services,
  document: OpenDocument,
  offset: number,
  signal: AbortSignal,
  mayBegin: (signal: AbortSignal) => Promise<void>,
): Promise<InlineCompletionItem[]> {
  const place = termPlace(document.strategy, offset);
  const state = services.measuring.engineState(document);
  // Every term is measured before it is shown; a live database is not asked with every key.
  if (place === undefined || state.kind !== 'ready' || state.live) return [];
  try {
    await mayBegin(signal);
    signal.throwIfAborted();
    const terms = await termsFor(services, document, place, signal);
    const kept = await thoseThatAdd(state.engine, document, place, terms, signal);
    const range = lspRange(document, { start: offset, end: offset });
    return kept.map((insertText) => ({ insertText, range }));
  } catch (error) {
    // A proposal that does not come is none; the model's and the engine's faults are told where they are asked for.
    if (signal.aborted || error instanceof SearchError) return [];
    throw error;
  }
}

async function termsFor(
  services: Services,
  document: OpenDocument,
  { terms }: TermPlace,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { idle } = services.model;
  if (idle !== undefined) return fromModel(idle, document, terms, signal);
  const { path, endpoint } = services.settings().model;
  const { thesaurus } = services.measuring.thesaurus(document);
  const hasModel = services.client().trusted && (path.trim() !== '' || endpoint.trim() !== '');
  return hasModel || thesaurus === undefined ? [] : entryTermsFor(terms, thesaurus, wanted);
}

async function fromModel(
  model: TextModel,
  { strategy }: OpenDocument,
  terms: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { title, pico } = strategy.frontMatter ?? {};
  const { buildTermPrompt, readTerms } = await import('@querent/core/rewriting');
  const { ModelError, modelPrompt } = await import('../../models/index.ts');
  const request = {
    terms,
    ...(title === undefined ? {} : { title }),
    ...(pico === undefined ? {} : { pico }),
    k: wanted,
  };
  try {
    const description = await model.describe(signal);
    const { text, stopReason } = await model.generate(modelPrompt(buildTermPrompt(request), description), {
      maxTokens: answerTokens,
      maxMs: modelMs,
      signal,
    });
    return readTerms(text, request, stopReason !== 'end' && stopReason !== 'stop');
  } catch (error) {
    if (error instanceof ModelError) return [];
    throw error;
  }
}

/** Texts to be inserted, of the terms that find records which the block does not find; those that add most first. */
async function thoseThatAdd(
  engine: SearchEngine,
  { strategy }: OpenDocument,
  { query, written }: TermPlace,
  terms: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const until = strategy.frontMatter?.until;
  const limits = { signal, ...(until === undefined ? {} : { until }) };
  const found: { readonly insert: string; readonly adds: number }[] = [];
  for (const term of terms.slice(0, wanted)) {
    const one = written(term);
    const added = one === undefined ? undefined : resolveText(`${one.query} NOT (${query})`);
    if (one === undefined || added === undefined || isUnresolvable(added)) continue;
    signal.throwIfAborted();
    const { count, warnings } = await engine.count(added, limits);
    // A phrase that no record has is searched as its words, which is not what is shown.
    const isOther = warnings.some(({ code }) => code === 'phrase-not-found');
    if (count > 0 && !isOther) found.push({ insert: one.insert, adds: count });
  }
  return found
    .sort((a, b) => b.adds - a.adds)
    .slice(0, mostShown)
    .map(({ insert }) => insert);
}

/** @throws the signal's reason when it fires. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms === 0) return;
  await new Promise<void>((done, reject) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason instanceof Error ? signal.reason : new Error('Cancelled.'));
      },
      { once: true },
    );
  });
}
