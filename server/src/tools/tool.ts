import type { ZodType } from 'zod';
import type { LintContext } from '@querent/core/lint';
import type { Thesaurus } from '@querent/core/mesh';
import type { Rewriter } from '@querent/core/rewriting';
import type { SearchEngine } from '@querent/core/search';
import type { OpenableTarget } from '../measuring/engineRegistry.ts';
import { visible } from './wording.ts';

/** What a tool refuses or cannot do. The message names the place, the cause and the way out, for people and models. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  constructor(message: string, options?: ErrorOptions) {
    super(visible(message), options);
  }
}

/** What a tool answers: the same twice. */
export interface ToolAnswer {
  /** Concise Markdown, of bounded length. */
  readonly text: string;
  /** Plain JSON. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A strategy that is open in an editor; what it says goes before what is on disk. */
export interface ToolDocument {
  readonly text: string;
  /** Absolute path; undefined for documents that are on no disk. */
  readonly path: string | undefined;
}

/** What tools work with: the language server gives one, and `querent mcp` another. */
export interface ToolContext {
  /** Folders, absolute, whose files may be read. Relative paths count from the first that has the file. */
  readonly roots: readonly string[];
  /** The library, citation file or folder that is asked where nothing else is named; empty without one. It may lie outside the roots. */
  readonly library: string;
  /** Libraries that may be opened though they lie outside the roots, absolute: those that a person has named. */
  readonly libraries: readonly string[];
  /** Whether PubMed itself may be asked. */
  readonly live: boolean;
  /** Levels of the lint rules. */
  readonly levels: LintContext['levels'];
  /** Most records that a proposal should find, unless a call says otherwise. */
  readonly budget: number;
  /** Least share of the seeds that is wanted, unless a call says otherwise, 0..1; 0: none in particular. */
  readonly recallFloor: number;
  /** How often measured faults go back to the rewriters, 0..3. */
  readonly rounds: number;
  /** How this place is told which library is the default: `start it with --corpus LIBRARY`. */
  readonly defaultLibraryHint: string;
  /** How this place is allowed to ask PubMed. */
  readonly liveHint: string;
  /** Strategies that are open. */
  readonly documents: readonly ToolDocument[];
  /** The strategy that is meant where the arguments name none. */
  readonly current?: ToolDocument;
  /**
   * The engine of a target; opened once and kept.
   * @throws SearchError
   */
  engine(target: OpenableTarget): Promise<SearchEngine>;
  /** The MeSH of `engine`, else the one that the settings name; undefined where there is none. */
  thesaurus(engine: SearchEngine | undefined): Promise<Thesaurus | undefined>;
  /** Rewriters beside the deterministic one: the model, where one is configured. */
  models(): Promise<readonly Rewriter[]>;
  /** A line for people on what is being done. */
  onProgress?(message: string): void;
}

/** A read-only tool. */
export interface Tool {
  /** `querent_check`; the same in every place that offers it. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** For models: what it is for, what it returns, where it ends. */
  readonly description: string;
  /** For people who choose tools, one sentence. */
  readonly userDescription: string;
  /** How people name it in a prompt of VS Code, without `#`. */
  readonly referenceName: string;
  /** A product icon of VS Code, `$(name)`. */
  readonly icon: string;
  /** JSON schemas of the arguments and of `data`. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly outputSchema: Readonly<Record<string, unknown>>;
  /** Whether it asks a database, which may be PubMed itself. */
  readonly asksDatabase: boolean;
  /**
   * Reads nothing but what the arguments and the context name, writes nothing.
   * @throws ToolError, SearchError, or the reason of `signal`
   */
  run(input: unknown, context: ToolContext, signal: AbortSignal): Promise<ToolAnswer>;
}

/** What {@link defineTool} makes a tool of. */
interface Definition<Input, Data> extends Omit<Tool, 'inputSchema' | 'outputSchema' | 'run'> {
  readonly input: ZodType<Input>;
  readonly output: ZodType<Data>;
  run(
    input: Input,
    context: ToolContext,
    signal: AbortSignal,
  ): Promise<{ readonly text: string; readonly data: Data }>;
}

export type { Definition };
