/**
 * Querent's own LSP messages. The client imports this file for types and method names only; everything is plain JSON.
 */
import type {
  Position as LspPosition,
  Range as LspRange,
  TextEdit as LspTextEdit,
} from 'vscode-languageserver-types';
import type { BlockEvidence } from '@querent/core/search';
import type { Problem } from '@querent/core/text';
import type { SqlDatabaseStatus } from './sqlProtocol.ts';

/** The language id of strategy documents. */
export const LANGUAGE_ID = 'pubmed';

/** The language id of documents of ClinicalTrials.gov expressions. */
export const TRIALS_LANGUAGE_ID = 'ctgov';

/** Where and when a number was obtained; mirrors core's `Provenance`. */
export interface WireProvenance {
  readonly engine: string;
  readonly label: string;
  /** ISO 8601. */
  readonly at: string;
  /** Why numbers of an earlier day are shown: the database cannot be reached now. Absent of numbers that hold today. */
  readonly offline?: string;
}

/** A measurement as it crosses the wire; see core's `Measurement`. Absent values are absent keys. */
export interface WireMeasurement {
  readonly count: number;
  readonly found: readonly string[];
  readonly missed: readonly string[];
  readonly recall?: number;
  readonly precision?: number;
  readonly nnr?: number;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly provenance: WireProvenance;
}

/** `querent/records`: the records a line finds, for the results view. */
export const recordsMethod = 'querent/records';
export interface RecordsParams {
  readonly uri: string;
  /** Label of the line; absent means the whole strategy (its root line). */
  readonly label?: string;
  /** First record wanted, from 0; missed seeds are not counted. */
  readonly offset: number;
  /** At most so many records, 1..500. */
  readonly limit: number;
}
export interface RecordsItem {
  readonly id: string;
  readonly title: string;
  readonly year?: number;
  readonly journal?: string;
  readonly authors: readonly string[];
  readonly doi?: string;
  readonly isSeed: boolean;
  /** Address of the record at its source. */
  readonly url?: string;
}
export interface RecordsResult {
  readonly label: string;
  readonly query: string;
  readonly measurement: WireMeasurement;
  /** Seeds that the line does not find; summaries where the engine holds them, else only the id as title. */
  readonly missedSeeds: readonly (RecordsItem & { readonly inLibrary: boolean })[];
  /** Seeds that the line finds, wherever they stand among what it finds; on the first page only (`offset` 0), else empty. */
  readonly foundSeeds: readonly RecordsItem[];
  readonly items: readonly RecordsItem[];
  /** Why the records cannot be listed, or have no titles, though their number is known. */
  readonly listProblem?: string;
}

/**
 * `querent/rankRecords`: the records of a library that fit a question best. Supports work-done progress (while the index is being built,
 * once for a library) and cancellation. Fails with a ResponseError whose message is fit for people when there is no answer.
 */
export const rankRecordsMethod = 'querent/rankRecords';
export interface RankRecordsParams {
  /** The document whose database is asked; absent means the library of the settings. */
  readonly uri?: string;
  readonly question: string;
  /** At most so many records, 1..500; 50 when absent. */
  readonly limit?: number;
  readonly workDoneToken?: string | number;
}
export interface RankRecordsResult {
  /** Records that have any of the words. */
  readonly count: number;
  /** The words as they were searched for. */
  readonly translation: string;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly provenance: WireProvenance;
  /** Best first. */
  readonly items: readonly (RecordsItem & { readonly score: number })[];
}

/**
 * `querent/describeRecords`: what the records that a line finds are like; `querent/compareLines`: what two to four lines find in common.
 * Both as a Markdown document for people. Fail with a ResponseError whose message is fit for people, also where the database cannot tell.
 */
export const describeRecordsMethod = 'querent/describeRecords';
export interface DescribeRecordsParams {
  readonly uri: string;
  /** Label of the line; absent means the whole strategy (its root line). */
  readonly label?: string;
}
export const compareLinesMethod = 'querent/compareLines';
export interface CompareLinesParams {
  readonly uri: string;
  readonly labels: readonly string[];
}
export interface ReportResult {
  /** `Records of line 3`. */
  readonly title: string;
  readonly markdown: string;
}

/** `querent/lines`: the lines of a strategy that hold a query, to choose from. */
export const linesMethod = 'querent/lines';
export interface LinesParams {
  readonly uri: string;
  /** The cursor. */
  readonly position?: LspPosition;
}
export interface LinesResult {
  readonly lines: readonly {
    readonly label: string;
    readonly query: string;
    /** What the comment above calls it. */
    readonly name?: string;
    /** Its numbers, where they are known. */
    readonly measurement?: WireMeasurement;
  }[];
  /** Label of the line at the cursor. */
  readonly current?: string;
}

/**
 * `querent/rewrite`: proposals for a strategy, a line or a block, measured. Supports work-done progress (`workDoneToken`), partial results
 * (`partialResultToken`, each a {@link RewritePartial} that takes the place of the one before) and cancellation. Fails with a ResponseError
 * whose message is fit for people when nothing could be asked.
 */
export const rewriteMethod = 'querent/rewrite';
export interface RewriteParams {
  readonly uri: string;
  /** Label of the line to rewrite; absent means the whole strategy. */
  readonly label?: string;
  /** Rewrites the innermost block (parentheses, or the line) that holds this place, within the strategy; goes before `label`. */
  readonly block?: LspPosition;
  /** `improve` when absent. */
  readonly goal?: 'improve' | 'catch-missed' | 'narrow';
  readonly workDoneToken?: string | number;
  readonly partialResultToken?: string | number;
}
export type WireOrigin = 'method' | 'model' | 'combined';
/** See core's `Share`. */
export interface WireShare {
  readonly found: number;
  readonly total: number;
  readonly value: number;
  readonly interval: readonly [number, number];
}
export interface RewriteItem {
  readonly query: string;
  readonly origin: WireOrigin;
  /** `recall`, `readable`, `precise` for the method's proposals. */
  readonly form?: string;
  /** Name of the method or the model. */
  readonly source: string;
  readonly reasoning: string;
  readonly problems: readonly Problem[];
  readonly measurement: WireMeasurement;
  /** What accepting all of it does: edits of the document at `version`. */
  readonly edits: readonly LspTextEdit[];
  /** See core's `Judgement` for the following. */
  readonly flags: readonly { readonly kind: string; readonly text: string; readonly message: string }[];
  /** Where a block is rewritten, of the whole strategy with it. */
  readonly seedRecall?: WireShare;
  readonly heldBackRecall?: WireShare;
  readonly usedSeeds: boolean;
  readonly isOnFront: boolean;
  readonly terms: number;
  readonly clauses: number;
  readonly parents: readonly string[];
  readonly round: number;
  /** See core's `Judgement`: a guess to compare proposals by where there are no seeds, never a recall. */
  readonly estimatedWorth?: number;
  /** Where a block is rewritten: the whole strategy with the proposal in its place. */
  readonly whole?: WireMeasurement;
  /** The blocks that it joins by AND; each can be taken over alone. One entry, or none, where there is nothing to take apart. */
  readonly blocks: readonly RewriteItemBlock[];
}
export interface RewriteItemBlock {
  readonly name: string;
  readonly query: string;
  /** Label of the line whose place it takes; absent when it becomes a line of its own. */
  readonly replaces?: string;
  /** What accepting this block alone does; none where the strategy has it already. Several blocks together: {@link blockEditsMethod}. */
  readonly edits: readonly LspTextEdit[];
  /** Why it cannot be taken over alone. */
  readonly problem?: string;
}
export interface RewriteResult {
  /** The document version that the edits speak of; a client drops the result when the document has moved on. */
  readonly version: number;
  /** Label and query of the rewritten line; of a block its text, and `range` where it stands. */
  readonly label: string;
  readonly query: string;
  readonly range?: LspRange;
  readonly goal: 'improve' | 'catch-missed' | 'narrow';
  readonly original?: WireMeasurement;
  /** Recall of that query with its interval; absent without seeds. Of the whole strategy where a block is rewritten. */
  readonly originalRecall?: WireShare;
  /** Where a block is rewritten: the whole strategy as it is. */
  readonly originalWhole?: WireMeasurement;
  /** What was measured to be wrong with the query that is there, a sentence each. */
  readonly faults: readonly string[];
  /** What the order of proposals went by: least recall wanted (0..1), most records. */
  readonly preference: { readonly recallFloor?: number; readonly budget: number };
  /** Best first. */
  readonly proposals: readonly RewriteItem[];
  readonly rejected: readonly {
    readonly origin: WireOrigin;
    readonly source: string;
    readonly text: string;
    readonly reason: string;
  }[];
}

/**
 * `querent/blockEdits`: what taking over some blocks of a proposal together does to the document as it is now: edits of one block may move the lines
 * that those of another speak of. Fails with a ResponseError whose message is fit for people.
 */
export const blockEditsMethod = 'querent/blockEdits';
export interface BlockEditsParams {
  readonly uri: string;
  /** Label of the rewritten line; absent means the whole strategy. */
  readonly label?: string;
  /** All blocks of the proposal, in its order. */
  readonly blocks: readonly { readonly name: string; readonly query: string }[];
  /** Positions in `blocks` of those that are taken over. */
  readonly chosen: readonly number[];
}
export interface BlockEditsResult {
  /** The document version that the edits speak of. */
  readonly version: number;
  readonly edits: readonly LspTextEdit[];
}

/** How far a rewrite is. */
export interface RewritePartial {
  /** One line for people. */
  readonly stage: string;
  /** What the model has written so far, per answer in the making; absent while it writes nothing. */
  readonly writing?: readonly { readonly text: string; readonly tokens: number }[];
  /** Tokens per second, over all answers in the making. */
  readonly tokensPerSecond?: number;
  /** What is measured already. */
  readonly result?: RewriteResult;
}

/**
 * `querent/explain`: what each block and term of a query contributes, which seeds it misses and why, what the rules say: as numbers and as a
 * Markdown document for people. For the query of a document's line, or for `query`, a proposal, with the document's seeds and database. Fails
 * with a ResponseError whose message is fit for people.
 */
export const explainMethod = 'querent/explain';
export interface ExplainParams {
  readonly uri: string;
  /** Label of the line; absent means the whole strategy. */
  readonly label?: string;
  /** A query to explain instead of a line of the document. */
  readonly query?: string;
  readonly workDoneToken?: string | number;
}
export type { TermEvidence } from '@querent/core/search';
export interface ExplainResult {
  readonly title: string;
  readonly markdown: string;
  readonly measurement?: WireMeasurement;
  readonly blocks: readonly BlockEvidence[];
  readonly missedSeeds: readonly { readonly id: string; readonly title?: string; readonly why: string }[];
}

/** `querent/models`: the language models that can be chosen, with what each needs and what it was measured to do. */
export const modelsMethod = 'querent/models';
export interface ModelsParams {
  /** Folders in which GGUF files are looked for, beside that of the model in use. */
  readonly folders?: readonly string[];
  /** Address of an OpenAI-compatible server whose models are listed, too, in the place of the setting's. */
  readonly endpoint?: string;
}
export interface ModelEntry {
  readonly id: string;
  readonly name: string;
  /** `file`: a GGUF on this machine; `endpoint`: an OpenAI-compatible server; `published`: a checkpoint that is not on this machine yet. */
  readonly kind: 'file' | 'endpoint' | 'published';
  /** The file, the address, or the repository. */
  readonly place: string;
  readonly isCurrent: boolean;
  readonly bytes?: number;
  /** `7B`, `135M` */
  readonly parameters?: string;
  readonly quantisation?: string;
  readonly architecture?: string;
  /** Task and template that it was trained on; absent for models that were not trained for Querent. */
  readonly task?: string;
  readonly template?: string;
  /** Memory that it takes with its context, bytes, and whether this machine has it. */
  readonly needsBytes?: number;
  readonly fits?: 'yes' | 'tight' | 'no';
  /** Figures of evaluation, each with what was measured on what, by whom. */
  readonly figures: readonly string[];
  /** What a person should know, one line: why it cannot be used, how to get it. */
  readonly note?: string;
  /** Of an installed checkpoint its id: it is chosen by `querent/checkpointActivate`, not by a setting. */
  readonly checkpoint?: string;
}
export interface ModelsResult {
  readonly models: readonly ModelEntry[];
  readonly machine: {
    readonly memoryBytes: number;
    readonly gpu?: string;
    readonly gpuMemoryBytes?: number;
  };
}

/**
 * `querent/modelKey` (notification, client to server): the key of the model endpoint, from SecretStorage; empty takes it away. Never logged,
 * never in settings.
 */
export const modelKeyMethod = 'querent/modelKey';
export interface ModelKeyParams {
  readonly key: string;
}

/**
 * `querent/tool`: runs one of the read-only tools that other assistants may use (`tools/` has their names, descriptions and input schemas) and
 * answers with text for a model. Fails with a ResponseError whose message names the way out.
 */
export const toolMethod = 'querent/tool';
export interface ToolParams {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The document that is meant where the arguments name none. */
  readonly uri?: string;
}
export interface ToolResult {
  readonly text: string;
}

/** `querent/buildLibrary`: imports citation files into a library. Work-done progress and cancellation. */
export const buildLibraryMethod = 'querent/buildLibrary';
export interface BuildLibraryParams {
  /** Absolute file paths. */
  readonly inputs: readonly string[];
  readonly output: string;
  /** A file of MeSH descriptors; absent means the one that `querent.mesh.path` names, if any. */
  readonly mesh?: string;
  readonly workDoneToken?: string | number;
}
export interface BuildLibraryResult {
  readonly records: number;
  /** Bad records: file, line (from 1) and reason. At most 1,000 are listed; `rejectedTotal` counts all. */
  readonly rejected: readonly { readonly file: string; readonly line: number; readonly reason: string }[];
  readonly rejectedTotal: number;
  readonly seconds: number;
  readonly bytes: number;
}

/**
 * `querent/measureAgain` (notification, client to server): forget cached counts and ask anew. A live database is asked for this
 * document only, local ones also for the others that are open.
 */
export const measureAgainMethod = 'querent/measureAgain';
export interface MeasureAgainParams {
  /** Absent means the document that was opened or changed last. */
  readonly uri?: string;
}

/** `querent/status` (notification, server to client): state for the language status items. Sent on every change. */
export const statusMethod = 'querent/status';
export interface StatusParams {
  readonly library: {
    readonly state: 'none' | 'loading' | 'ready' | 'error';
    /** One line: the label of the engine in use, or the error. */
    readonly detail: string;
    /** Longer text for the tooltip. */
    readonly explanation?: string;
  };
  readonly model: {
    readonly state: 'none' | 'idle' | 'loading' | 'ready' | 'busy' | 'error';
    readonly detail: string;
    readonly explanation?: string;
  };
  /** Of each open document of SQL. */
  readonly databases: readonly SqlDatabaseStatus[];
}

/** Ids of the refactorings that are commands, `querent.` and the id; their titles are in the manifest. */
export const refactorings = [
  'extractLine',
  'inlineReference',
  'inlineEverywhere',
  'renumberLines',
  'insertLine',
  'addHeading',
  'addTextWords',
  'toggleExplode',
  'toggleMajor',
  'changeField',
  'removeTag',
  'quotePhrase',
  'unquotePhrase',
  'sortTerms',
  'wrapSelection',
  'removeParentheses',
  'writeGrouping',
  'distributeTag',
  'splitTerms',
  'joinLines',
  'straightQuotes',
] as const;

/** `querent/refactor`: all that one refactoring can do at a place, for commands. */
export const refactorMethod = 'querent/refactor';
export interface RefactorParams {
  readonly uri: string;
  /** Id of the refactoring, one of {@link refactorings}. */
  readonly id: string;
  /** The selection; a cursor where start and end are equal. */
  readonly range: LspRange;
}
export interface RefactorResult {
  /** The document version that the edits speak of. */
  readonly version: number;
  /** What can be done, the likeliest first. */
  readonly offers: readonly {
    readonly title: string;
    readonly edits: readonly LspTextEdit[];
    /** Where the cursor belongs in the text afterwards. */
    readonly cursor?: LspPosition;
  }[];
  /** Why nothing can be done here, and where it could, when there are no offers. */
  readonly problem?: string;
}

/**
 * `querent/queryText`: a line as PubMed takes it: references written out, no comments, straight quotes. Fails with a ResponseError
 * whose message is fit for people when the line cannot be written out.
 */
export const queryTextMethod = 'querent/queryText';
export interface QueryTextParams {
  readonly uri: string;
  /** Label of the line; absent means the one at `position`, and without that the whole strategy. */
  readonly label?: string;
  readonly position?: LspPosition;
}
export interface QueryTextResult {
  readonly label: string;
  readonly text: string;
}

/**
 * `querent/exportSearchFile` and `querent/importSearchFile`: an open strategy as the text of a JSON search file, and back. Fail with a
 * ResponseError whose message is fit for people.
 */
export const exportSearchFileMethod = 'querent/exportSearchFile';
export interface ExportSearchFileParams {
  readonly uri: string;
}
export interface ExportSearchFileResult {
  readonly text: string;
}
export const importSearchFileMethod = 'querent/importSearchFile';
export interface ImportSearchFileParams {
  /** Of the search file. */
  readonly text: string;
}
export interface ImportSearchFileResult {
  /** Of a strategy document. */
  readonly text: string;
  /** What the person should know, a sentence each. */
  readonly notes: readonly string[];
}

/** `querent/convertOvid`: an Ovid MEDLINE strategy as a PubMed strategy. Null where the text does not look like one and must. */
export const convertOvidMethod = 'querent/convertOvid';
export interface ConvertOvidParams {
  /** The document that the text is of, or goes to: its MeSH is used. */
  readonly uri?: string;
  readonly text: string;
  /** Answer null for texts that do not look like a strategy of Ovid. */
  readonly onlyIfOvid?: boolean;
}
export interface ConvertOvidResult {
  /** A strategy document; what is not exact stands in comments above the lines. */
  readonly text: string;
  /** Numbers of constructs. */
  readonly exact: number;
  readonly approximate: number;
  readonly refused: number;
}

/** Commands that the server's code actions, lenses and hints name and the client implements. */
export const clientCommands = {
  /** Arguments: uri, label. Opens the proposals. */
  rewrite: 'querent.rewrite',
  /** Arguments: uri, position. Opens proposals for the innermost block at the position. */
  rewriteBlock: 'querent.rewriteBlock',
  /** Arguments: uri, label. Opens proposals that find the seeds which the line misses. */
  catchMissedSeeds: 'querent.catchMissedSeeds',
  /** Arguments: uri, label. Opens proposals that find fewer records. */
  narrow: 'querent.narrow',
  /** Arguments: uri, label. Opens what each block and term contributes. */
  explain: 'querent.explain',
  /** No arguments. Asks for the key of the model endpoint and keeps it in SecretStorage. */
  setModelKey: 'querent.setModelKey',
  /** Arguments: uri, label. Opens the results view. */
  showRecords: 'querent.showRecords',
  /** Arguments: uri, label. Opens a description of what the line finds. */
  describeRecords: 'querent.describeRecords',
  /** Arguments: uri, label. Asks for the numbers now, also where the database is live. */
  measureAgain: 'querent.measureAgain',
  /** Arguments: uri. Asks for the numbers that are not there yet, with progress. */
  measureStrategy: 'querent.measureStrategy',
  /** Arguments: uri, label. Asks for format and file, and writes all records that the line finds. */
  exportRecords: 'querent.exportRecords',
  /** Arguments: uri. Opens what the lines found over time. */
  showCountHistory: 'querent.showCountHistory',
  /** Arguments: uri, label. Opens which block loses each missed seed. */
  diagnoseMissedSeeds: 'querent.diagnoseMissedSeeds',
  /** Arguments: uri, label. Opens the estimate of what the strategy misses, from its headings and its text words. */
  estimateCompleteness: 'querent.estimateCompleteness',
  /** No arguments. Asks for the NCBI API key and keeps it in SecretStorage. */
  setNcbiKey: 'querent.setNcbiKey',
  /** No arguments. Asks NCBI whether it takes the key. */
  testNcbiKey: 'querent.testNcbiKey',
} as const;

export type { Settings } from './settingsTypes.ts';

/** A span in LSP terms, re-exported so that the client needs no second import. */
export type WireRange = LspRange;
export type WirePosition = LspPosition;
export type { LspTextEdit as WireTextEdit };
