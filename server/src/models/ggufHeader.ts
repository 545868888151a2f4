/**
 * A parser of GGUF headers. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3, little-endian).
 */
import { ggmlTypes } from './ggmlTypes.ts';

/** What the header of a GGUF file says. */
export interface GgufHeader {
  readonly version: number;
  readonly tensorCount: number;
  /** Scalar metadata values by key. */
  readonly metadata: Readonly<Record<string, GgufValue>>;
  /** Lengths of array values by key, and the values of short arrays of whole numbers. Other arrays are not kept. */
  readonly lengths: Readonly<Record<string, number>>;
  readonly lists: Readonly<Record<string, readonly number[]>>;
  /** Where the tensor data starts, bytes from the start of the file. */
  readonly dataStart: number;
  /**
   * Where the tensor data ends at the earliest: the file must be at least so long. Tensors of a type that is unknown here
   * count with their start only.
   */
  readonly dataEnd: number;
  /** Bytes of the tensors of the layers (`blk.*`), and of all. Those of types that are unknown here count nothing. */
  readonly layerBytes: number;
  readonly tensorBytes: number;
}

export type GgufValue = string | number | boolean;

/** Longest header that is read; vocabularies of the largest models are around 20 MB. */
export const MAX_HEADER_BYTES = 256 * 1024 * 1024;
const MAX_ITEMS = 4_000_000;
/** Longest array whose values are kept: one value a layer. */
const MAX_LIST = 1024;

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

/** Sizes in bytes of the scalar metadata types by type id; 8 is a string, 9 an array. */
const scalarSizes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8] as const;

class HeaderParser {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #decoder = new TextDecoder();
  readonly #lengths: Record<string, number> = {};
  readonly #lists: Record<string, readonly number[]> = {};
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
      const type = this.#u32();
      if (type === 9) {
        this.#array(key);
      } else {
        metadata[key] = this.#value(type);
      }
    }
    let extent = 0;
    let layerBytes = 0;
    let tensorBytes = 0;
    for (let i = 0; i < tensorCount; i++) {
      const { name, offset, bytes } = this.#tensor();
      extent = Math.max(extent, offset + bytes);
      tensorBytes += bytes;
      layerBytes += name.startsWith('blk.') ? bytes : 0;
    }
    const given = metadata['general.alignment'];
    const alignment = typeof given === 'number' && given > 0 ? given : 32;
    const dataStart = Math.ceil(this.#at / alignment) * alignment;
    return {
      version,
      tensorCount,
      metadata,
      lengths: this.#lengths,
      lists: this.#lists,
      dataStart,
      dataEnd: tensorCount === 0 ? this.#at : dataStart + extent,
      layerBytes,
      tensorBytes,
    };
  }

  /** Reads one tensor description; `offset` counts from the start of the tensor data. */
  #tensor(): { readonly name: string; readonly offset: number; readonly bytes: number } {
    const name = this.#string();
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
    return { name, offset, bytes: type === undefined ? 0 : Math.ceil(elements / type.block) * type.bytes };
  }

  #value(type: number): GgufValue {
    if (type === 8) {
      return this.#string();
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

  /** Notes the length of an array, and its values where they are few whole numbers; goes on behind it. */
  #array(key: string): void {
    const from = this.#at;
    const type = this.#u32();
    const length = this.#count('array elements');
    this.#lengths[key] = length;
    const isWhole = type !== 6 && type < 7;
    if (isWhole && length <= MAX_LIST) {
      this.#lists[key] = Array.from({ length }, () => Number(this.#value(type)));
      return;
    }
    this.#at = from;
    this.#skipArray(0);
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
