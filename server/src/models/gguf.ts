/**
 * A reader of GGUF headers: enough to say what a model file is, and whether it is whole, before a process is started for it.
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3, little-endian).
 */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { ggmlTypes } from './ggmlTypes.ts';
import { ModelError, oneLine } from './modelError.ts';
import type { ModelDescription } from './textModel.ts';

/** What the header of a GGUF file says. */
export interface GgufHeader {
  readonly version: number;
  readonly tensorCount: number;
  /** Scalar metadata values by key. Arrays are not kept. */
  readonly metadata: Readonly<Record<string, GgufValue>>;
  /** Where the tensor data starts, bytes from the start of the file. */
  readonly dataStart: number;
  /**
   * Where the tensor data ends at the earliest: the file must be at least so long. Tensors of a type that is unknown here
   * count with their start only.
   */
  readonly dataEnd: number;
}

export type GgufValue = string | number | boolean;

/** What is known about a model file before it is loaded. */
export interface ModelFileInfo extends ModelDescription {
  readonly path: string;
  /** Size of the file in bytes. */
  readonly bytes: number;
  /** `llama`, `qwen2` ... */
  readonly architecture: string;
  /** The context that the model was trained with, in tokens; undefined when not said. */
  readonly contextTokens: number | undefined;
  /** How the tokens of a text become one vector, where the model is made for vectors; undefined where the file does not say. */
  readonly pooling: (typeof poolings)[number] | undefined;
}

/** llama.cpp's `llama_pooling_type`, by its number. */
const poolings = ['none', 'mean', 'cls', 'last', 'rank'] as const;

/** Longest header that is read; vocabularies of the largest models are around 20 MB. */
const MAX_HEADER_BYTES = 256 * 1024 * 1024;
const MAX_ITEMS = 4_000_000;

/** Thrown inside the parser when the bytes given end before the header does. */
class EndOfBytes extends Error {}
/** Thrown by {@link parseGgufHeader} for bytes that are no GGUF header; the message completes "FILE ...". */
export class GgufFormatError extends Error {
  override readonly name = 'GgufFormatError';
  readonly code: 'not-gguf' | 'unsupported';
  constructor(code: 'not-gguf' | 'unsupported', message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Parses the header at the start of `bytes`.
 * @returns undefined when `bytes` ends before the header does.
 * @throws GgufFormatError when this is not the start of a GGUF file that can be read.
 */
export function parseGgufHeader(bytes: Uint8Array): GgufHeader | undefined {
  try {
    return new HeaderParser(bytes).parse();
  } catch (error) {
    if (error instanceof EndOfBytes) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Checks a model file without loading it: it exists, is a GGUF of a version that can be read, and is whole.
 * @throws ModelError with a message that names the file, the cause and the way out.
 */
export async function checkModelFile(path: string): Promise<ModelFileInfo> {
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
    const stat = await file.stat();
    if (!stat.isFile()) {
      throw new ModelError('missing', `${path} is not a file. Choose a GGUF file in querent.model.path.`);
    }
    if (stat.size === 0) {
      throw new ModelError('not-gguf', `The model file ${path} is empty. Download it again.`);
    }
    const header = await readHeader(file, stat.size, path);
    if (stat.size < header.dataEnd) {
      throw truncated(path, `has ${stat.size} bytes of ${header.dataEnd}`);
    }
    const architecture = text(header.metadata['general.architecture']) ?? 'unknown';
    const context = header.metadata[`${architecture}.context_length`];
    const pooling = header.metadata[`${architecture}.pooling_type`];
    return {
      path,
      bytes: stat.size,
      name: modelName(path, header.metadata),
      architecture,
      contextTokens: typeof context === 'number' ? context : undefined,
      pooling: typeof pooling === 'number' ? poolings[pooling] : undefined,
      hasChatTemplate: text(header.metadata['tokenizer.chat_template']) !== undefined,
    };
  } finally {
    await file.close();
  }
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

/** Sizes in bytes of the scalar metadata types by type id; 8 is a string, 9 an array. */
const scalarSizes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8] as const;

class HeaderParser {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #decoder = new TextDecoder();
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  parse(): GgufHeader {
    const magic = this.#bytes.subarray(0, 4);
    const expected = [0x47, 0x47, 0x55, 0x46]; // "GGUF"
    if (magic.some((byte, index) => byte !== expected[index])) {
      throw new GgufFormatError('not-gguf', 'is not a GGUF file. Choose a model in GGUF format.');
    }
    this.#take(4);
    const version = this.#u32();
    if (version > 0xffff) {
      throw new GgufFormatError(
        'unsupported',
        'is a big-endian GGUF. Choose the little-endian file of this model.',
      );
    }
    if (version !== 2 && version !== 3) {
      throw new GgufFormatError(
        'unsupported',
        `is GGUF version ${version}; versions 2 and 3 can be read. Convert it again or choose another file.`,
      );
    }
    const tensorCount = this.#count('tensors');
    const metadataCount = this.#count('metadata entries');
    const metadata: Record<string, GgufValue> = {};
    for (let i = 0; i < metadataCount; i++) {
      const key = this.#string();
      const value = this.#value(this.#u32(), 0);
      if (value !== undefined) {
        metadata[key] = value;
      }
    }
    let extent = 0;
    for (let i = 0; i < tensorCount; i++) {
      extent = Math.max(extent, this.#tensorEnd());
    }
    const given = metadata['general.alignment'];
    const alignment = typeof given === 'number' && given > 0 ? given : 32;
    const dataStart = Math.ceil(this.#at / alignment) * alignment;
    return {
      version,
      tensorCount,
      metadata,
      dataStart,
      dataEnd: tensorCount === 0 ? this.#at : dataStart + extent,
    };
  }

  /** Reads one tensor description; returns where its data ends, counted from the start of the tensor data. */
  #tensorEnd(): number {
    this.#string();
    const dimensions = this.#u32();
    if (dimensions > 8) {
      throw damaged(`a tensor with ${dimensions} dimensions`);
    }
    let elements = 1;
    for (let i = 0; i < dimensions; i++) {
      elements *= this.#u64();
    }
    const type = ggmlTypes.get(this.#u32());
    const offset = this.#u64();
    return offset + (type === undefined ? 0 : Math.ceil(elements / type.block) * type.bytes);
  }

  #value(type: number, depth: number): GgufValue | undefined {
    if (type === 8) {
      return this.#string();
    }
    if (type === 9) {
      this.#skipArray(depth);
      return undefined;
    }
    const size = scalarSizes[type];
    if (size === undefined) {
      throw damaged(`metadata of unknown type ${type}`);
    }
    const at = this.#take(size);
    const view = this.#view;
    switch (type) {
      case 0:
        return view.getUint8(at);
      case 1:
        return view.getInt8(at);
      case 2:
        return view.getUint16(at, true);
      case 3:
        return view.getInt16(at, true);
      case 4:
        return view.getUint32(at, true);
      case 5:
        return view.getInt32(at, true);
      case 6:
        return view.getFloat32(at, true);
      case 7:
        return view.getUint8(at) !== 0;
      case 10:
        return Number(view.getBigUint64(at, true));
      case 11:
        return Number(view.getBigInt64(at, true));
      default:
        return view.getFloat64(at, true);
    }
  }

  #skipArray(depth: number): void {
    const type = this.#u32();
    const length = this.#count('array elements');
    const size = scalarSizes[type];
    if (size === undefined || depth > 4) {
      throw damaged(`an array of unknown type ${type}`);
    }
    if (size > 0) {
      this.#take(size * length);
      return;
    }
    for (let i = 0; i < length; i++) {
      if (type === 8) {
        this.#take(this.#u64());
      } else {
        this.#skipArray(depth + 1);
      }
    }
  }

  #string(): string {
    const length = this.#u64();
    const at = this.#take(length);
    return this.#decoder.decode(this.#bytes.subarray(at, at + length));
  }

  #count(of: string): number {
    const count = this.#u64();
    if (count > MAX_ITEMS) {
      throw damaged(`${count} ${of}`);
    }
    return count;
  }

  #u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  #u64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  /** Moves on by `length` bytes and returns where they start. */
  #take(length: number): number {
    const at = this.#at;
    if (length > MAX_HEADER_BYTES) {
      throw damaged(`a value of ${length} bytes`);
    }
    if (at + length > this.#bytes.length) {
      throw new EndOfBytes();
    }
    this.#at = at + length;
    return at;
  }
}

function damaged(what: string): GgufFormatError {
  return new GgufFormatError('not-gguf', `is damaged: its header speaks of ${what}. Download it again.`);
}
