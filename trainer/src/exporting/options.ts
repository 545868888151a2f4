import type { Template } from '@querent/core/prompting';
import type { PromptRow } from '../pairs/promptRow.ts';
import type { ParityLimits, ParityReport } from './parity/report.ts';

/** What a file of an export is: a model, or a LoRA adapter that is laid over one. */
type ExportedKind = 'model' | 'adapter';

/** What is exported, and how. */
export interface ExportOptions {
  /** A folder with config.json, safetensors and a tokenizer, as transformers saves it. */
  readonly model: string;
  /** Folder of the output; made where it is not there. */
  readonly out: string;
  /** `Q8_0`, `F16`, `Q4_K_M` ...; at least one. */
  readonly quantisations: readonly string[];
  /** Folder of a LoRA adapter of PEFT that was trained on the model. */
  readonly adapter?: string;
  /** With an adapter: the model with it merged in, the adapter itself as GGUF, or both. Default merged. */
  readonly as?: readonly ('merged' | 'adapter')[];
  /** Begin of the names of the files: `STEM-Q8_0.gguf`. Default: the name of the model's folder. */
  readonly stem?: string;
  /** `general.name`. Default: the stem. */
  readonly name?: string;
  /**
   * Prompt template that the model was trained with, its id or, of a task in a folder, itself; `auto`: what `querent.json` beside the model says, or its name
   * tells, else none.
   */
  readonly template?: string | Template;
  /** Id of the task that it was trained for; default: the one of the template. */
  readonly task?: string;
  /** Training step and version, for the metadata. */
  readonly step?: number;
  readonly version?: string;
  /** Licence of the base model, which binds what is made of it: an SPDX id, or a name. */
  readonly licence?: string;
  /** Prompts of the data that the gate compares as well. */
  readonly prompts?: readonly PromptRow[];
  /** Limits other than those of the quantisation. */
  readonly limits?: Partial<ParityLimits>;
  /** Leaves the gate out; the reason is written into the report. */
  readonly withoutGate?: { readonly reason: string };
  /** The Python to use; see `findPython`. */
  readonly python?: string;
  /** Folder with a tree of llama.cpp whose converter is used; `false`: Querent's own writer. Default: the tree that comes with node-llama-cpp. */
  readonly llamaCpp?: string | false;
  /** Threads; 0, the default, leaves the choice to each program. */
  readonly threads?: number;
  readonly environment?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ExportProgress) => void;
}

/** How far an export is. */
interface ExportProgress {
  /** `converting`, `Q8_0`, `parity of Q8_0` ... */
  readonly what: string;
  /** 0..1; undefined for a message. */
  readonly share?: number;
  readonly message?: string;
}

/** A file that was made. */
export interface ExportedFile {
  readonly path: string;
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly quantisation: string;
  readonly kind: ExportedKind;
  /** `copy`, `gguf`, `libllama`, `llama-quantize`, `querent` or `llama.cpp`. */
  readonly madeBy: string;
}

/** What came of an export; the content of `export.json`. */
export interface ExportResult {
  readonly files: readonly ExportedFile[];
  /** One a file; empty where the gate was left out. */
  readonly parity: readonly ParityReport[];
  /** Why the gate was left out; null where it was not. */
  readonly withoutGate: string | null;
  /** What was written into the files, beside what llama.cpp needs. */
  readonly metadata: Readonly<Record<string, string | number>>;
  /** Class of the model, such as `Qwen2ForCausalLM`. */
  readonly architecture: string;
  readonly parameters: number;
  /** Who wrote the full file: llama.cpp's converter, or Querent's writer. */
  readonly writer: string;
  readonly llamaCpp: string | null;
  readonly notes: readonly string[];
  readonly seconds: number;
}
