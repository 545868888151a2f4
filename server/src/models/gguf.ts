/** What a model file is, and whether it is whole, before a process is started for it. */
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { GgufFormatError, MAX_HEADER_BYTES, parseGgufHeader } from './ggufHeader.ts';
import type { GgufHeader, GgufValue } from './ggufHeader.ts';
import { ModelError, oneLine } from './modelError.ts';
import { whyUnfit } from './modelKind.ts';
import { shapeOf } from './modelMemory.ts';
import type { ModelShape } from './modelMemory.ts';
import type { ModelDescription } from './textModel.ts';

/** What is known about a model file before it is loaded. */
export interface ModelFileInfo extends ModelDescription {
  readonly path: string;
  /** Size of the file in bytes. */
  readonly bytes: number;
  /** `llama`, `qwen2` ... */
  readonly architecture: string;
  /** The context that the model was trained with, in tokens; undefined when not said. */
  readonly contextTokens: number | undefined;
  /** `135M`, `7B`; undefined when not said. */
  readonly parameters: string | undefined;
  /** `Q4_K_M`; undefined when not said, or unknown here. */
  readonly quantisation: string | undefined;
  /** What its memory follows from; undefined where the file does not say enough. */
  readonly shape: ModelShape | undefined;
  /** How the tokens of a text become one vector, where the model is made for vectors; undefined where the file does not say. */
  readonly pooling: (typeof poolings)[number] | undefined;
}

/** llama.cpp's `llama_pooling_type`, by its number. */
const poolings = ['none', 'mean', 'cls', 'last', 'rank'] as const;

/** `general.file_type`, llama.cpp's `llama_ftype`, by its number. */
const quantisations: Readonly<Record<number, string>> = {
  ...{ 0: 'F32', 1: 'F16', 2: 'Q4_0', 3: 'Q4_1', 7: 'Q8_0', 8: 'Q5_0', 9: 'Q5_1', 10: 'Q2_K', 11: 'Q3_K_S' },
  ...{ 12: 'Q3_K_M', 13: 'Q3_K_L', 14: 'Q4_K_S', 15: 'Q4_K_M', 16: 'Q5_K_S', 17: 'Q5_K_M', 18: 'Q6_K' },
  ...{ 19: 'IQ2_XXS', 20: 'IQ2_XS', 21: 'Q2_K_S', 22: 'IQ3_XS', 23: 'IQ3_XXS', 24: 'IQ1_S', 25: 'IQ4_NL' },
  ...{ 26: 'IQ3_S', 27: 'IQ3_M', 28: 'IQ2_S', 29: 'IQ2_M', 30: 'IQ4_XS', 31: 'IQ1_M', 32: 'BF16' },
  ...{ 36: 'TQ1_0', 37: 'TQ2_0', 38: 'MXFP4' },
};

/**
 * Checks a model file without loading it: it exists, is a GGUF of a version that can be read, is whole, and holds a model that can do what it
 * is wanted for.
 * @throws ModelError with a message that names the file, the cause and the way out.
 */
export async function checkModelFile(
  path: string,
  purpose: 'generate' | 'embed' = 'generate',
): Promise<ModelFileInfo> {
  const file = await open(path, 'r').catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code;
    const cause =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EACCES' || code === 'EPERM'
          ? 'may not be read by this user'
          : `cannot be opened (${oneLine(error)})`;
    throw new ModelError(
      'missing',
      `The model file ${path} ${cause}. Choose a GGUF file in querent.model.path.`,
      error,
    );
  });
  try {
    const found = await file.stat();
    if (!found.isFile()) {
      throw new ModelError('missing', `${path} is not a file. Choose a GGUF file in querent.model.path.`);
    }
    if (found.size === 0) {
      throw new ModelError('not-gguf', `The model file ${path} is empty. Download it again.`);
    }
    const header = await readHeader(file, found.size, path);
    if (found.size < header.dataEnd) {
      throw truncated(path, `has ${found.size} bytes of ${header.dataEnd}`);
    }
    const unfit = whyUnfit(header, purpose);
    if (unfit !== undefined) {
      throw new ModelError('unsupported', `The model file ${path} ${unfit}. Choose another GGUF file.`);
    }
    const architecture = text(header.metadata['general.architecture']) ?? 'unknown';
    const context = header.metadata[`${architecture}.context_length`];
    const pooling = header.metadata[`${architecture}.pooling_type`];
    const fileType = header.metadata['general.file_type'];
    const bytes = found.size + (await otherParts(path, header.metadata));
    const shape = shapeOf(header);
    return {
      path,
      bytes,
      parameters: text(header.metadata['general.size_label']),
      quantisation: typeof fileType === 'number' ? quantisations[fileType] : undefined,
      // The header of a first part tells of its own tensors; the others are much the same.
      shape: shape === undefined ? undefined : scaled(shape, bytes / found.size),
      name: modelName(path, header.metadata),
      architecture,
      contextTokens: typeof context === 'number' ? context : undefined,
      pooling: typeof pooling === 'number' ? poolings[pooling] : undefined,
      hasChatTemplate: text(header.metadata['tokenizer.chat_template']) !== undefined,
      metadata: Object.fromEntries(
        Object.entries(header.metadata).filter(([key]) => /^(?:general|querent)\./u.test(key)),
      ),
    };
  } finally {
    await file.close();
  }
}

/** Bytes of the other parts of a model that is split over files. @throws ModelError where one is missing */
async function otherParts(path: string, metadata: Readonly<Record<string, GgufValue>>): Promise<number> {
  const count = Number(metadata['split.count'] ?? 1);
  const [, start, digits] = /^(.*-)0*1(-of-(\d+)\.gguf)$/i.exec(path) ?? [];
  if (!(count > 1) || start === undefined || digits === undefined) return 0;
  let bytes = 0;
  for (let part = 2; part <= count; part++) {
    const other = `${start}${String(part).padStart(5, '0')}${digits}`;
    bytes += await stat(other).then(
      ({ size }) => size,
      (error: unknown) => {
        throw new ModelError(
          'missing',
          `The model ${basename(path)} consists of ${count} files, and ${basename(other)} is not beside it. Download it, too.`,
          error,
        );
      },
    );
  }
  return bytes;
}

function scaled(shape: ModelShape, by: number): ModelShape {
  return { ...shape, weightBytes: shape.weightBytes * by, layerBytes: shape.layerBytes * by };
}

/**
 * The model's name for people: the `general.name` of the file, unless the file's own name is plainly the fuller form of
 * `general.basename` (converters often leave the name of a training folder in `general.name`).
 */
export function modelName(path: string, metadata: Readonly<Record<string, GgufValue>>): string {
  const fileName = basename(path).replace(/\.gguf$/i, '');
  const base = text(metadata['general.basename']);
  if (base !== undefined && fileName.toLowerCase().startsWith(base.toLowerCase())) {
    return fileName;
  }
  return text(metadata['general.name']) ?? fileName;
}

async function readHeader(
  file: Awaited<ReturnType<typeof open>>,
  size: number,
  path: string,
): Promise<GgufHeader> {
  for (let wanted = Math.min(size, 1 << 20); ; wanted = Math.min(size, wanted * 4)) {
    const bytes = new Uint8Array(wanted);
    let filled = 0;
    while (filled < wanted) {
      const { bytesRead } = await file.read(bytes, filled, wanted - filled, filled);
      if (bytesRead === 0) {
        break;
      }
      filled += bytesRead;
    }
    let header: GgufHeader | undefined;
    try {
      header = parseGgufHeader(bytes.subarray(0, filled));
    } catch (error) {
      if (error instanceof GgufFormatError) {
        throw new ModelError(error.code, `The model file ${path} ${error.message}`, error);
      }
      throw error;
    }
    if (header !== undefined) {
      return header;
    }
    if (filled < wanted || wanted === size) {
      throw truncated(path, `ends within its header, at ${size} bytes`);
    }
    if (wanted >= MAX_HEADER_BYTES) {
      throw new ModelError(
        'not-gguf',
        `The model file ${path} is damaged: its header never ends. Download it again.`,
      );
    }
  }
}

function truncated(path: string, what: string): ModelError {
  return new ModelError(
    'truncated',
    `The model file ${path} is truncated: it ${what}. Download it again; the download was probably interrupted.`,
  );
}

function text(value: GgufValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
