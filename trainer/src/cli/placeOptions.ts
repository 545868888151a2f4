import type { Command } from 'commander';
import type { WorldOptions } from '../world/openWorld.ts';

const names = [
  'corpus',
  'trials',
  'headingsAsText',
  'live',
  'eutils',
  'databases',
  'embedding',
  'queryPrefix',
  'documentPrefix',
] as const satisfies readonly (keyof WorldOptions)[];

/** What commands are told of the places where queries are run. */
export type PlaceOptions = Pick<WorldOptions, (typeof names)[number]>;

/** The places among the options of a command. */
export function placesIn(options: PlaceOptions): PlaceOptions {
  return Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}

/** Adds the options for places that mean the same in every command; `--corpus`, `--trials` and `--databases` are its own to describe. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option('--headings-as-text', 'match headings also by their terms in the text of records without MeSH')
    .option('--live', 'publication search asks PubMed itself (NCBI_EMAIL, NCBI_API_KEY)')
    .option('--eutils <url>', 'publication search asks this E-utilities service')
    .option(
      '--embedding <model>',
      'embedding model, a GGUF file or an OpenAI-compatible address (QUERENT_EMBEDDING_KEY): ranking by similarity, the reward semantic-gain',
    )
    .option('--query-prefix <text>', 'what the embedding model wants before questions, such as "query: "')
    .option('--document-prefix <text>', 'what it wants before records, such as "passage: "');
}
