/**
 * A tiny Llama model with random weights and a tokenizer of its own, written as GGUF: what unit tests load into the real
 * runtime. Its answers are noise; its format, tokenizer, grammar handling and speed of a real file are what matters.
 */

/** What is varied in tests. */
export interface TinyModelOptions {
  /** `general.name`. */
  readonly name?: string;
  /** Seed of the weights. */
  readonly seed?: number;
  readonly chatTemplate?: string;
  /** Context length that the model claims, in tokens. */
  readonly contextTokens?: number;
  /** llama.cpp's number of a way to pool, as models for embeddings have one: 1 mean, 4 reranking. */
  readonly pooling?: number;
  /** Further metadata. */
  readonly metadata?: Readonly<Record<string, string | number>>;
  /** Leaves the tensors out. */
  readonly withoutWeights?: boolean;
}

const CHATML =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

const EMBEDDING = 64;
const FEED_FORWARD = 128;
const HEADS = 2;
const BLOCKS = 2;
const ALIGNMENT = 32;

/** Types of metadata values in GGUF. */
const UINT32 = 4;
const INT32 = 5;
const FLOAT32 = 6;
const BOOL = 7;
const STRING = 8;
const ARRAY = 9;

/** The bytes of a GGUF file of about 0.6 MB. The same options give the same bytes. */
export function tinyGguf(options: TinyModelOptions = {}): Uint8Array {
  const vocabulary = tinyVocabulary();
  const tensors = options.withoutWeights === true ? [] : tinyTensors(vocabulary.length);
  const out = new Writer();
  const metadata: readonly (() => void)[] = [
    () => out.entry('general.architecture', 'llama'),
    () => out.entry('general.name', options.name ?? 'Tiny Test Model'),
    () => out.entry('llama.block_count', BLOCKS),
    () => out.entry('llama.context_length', options.contextTokens ?? 2048),
    () => out.entry('llama.embedding_length', EMBEDDING),
    () => out.entry('llama.feed_forward_length', FEED_FORWARD),
    () => out.entry('llama.attention.head_count', HEADS),
    () => out.entry('llama.attention.head_count_kv', HEADS),
    () => out.entry('llama.rope.dimension_count', EMBEDDING / HEADS),
    () => out.float('llama.attention.layer_norm_rms_epsilon', 1e-5),
    () => out.entry('llama.vocab_size', vocabulary.length),
    ...(options.pooling === undefined ? [] : [() => out.entry('llama.pooling_type', options.pooling ?? 0)]),
    () => out.entry('tokenizer.ggml.model', 'llama'),
    () => out.entry('tokenizer.ggml.bos_token_id', 1),
    () => out.entry('tokenizer.ggml.eos_token_id', 2),
    () => out.entry('tokenizer.ggml.unknown_token_id', 0),
    () => out.boolean('tokenizer.ggml.add_bos_token', true),
    () =>
      out.array('tokenizer.ggml.tokens', STRING, vocabulary.length, () => {
        for (const token of vocabulary) {
          out.string(token.text);
        }
      }),
    () =>
      out.array('tokenizer.ggml.scores', FLOAT32, vocabulary.length, () => {
        for (const token of vocabulary) {
          out.f32(token.score);
        }
      }),
    () =>
      out.array('tokenizer.ggml.token_type', INT32, vocabulary.length, () => {
        for (const token of vocabulary) {
          out.u32(token.type);
        }
      }),
    () => out.entry('tokenizer.chat_template', options.chatTemplate ?? CHATML),
    ...Object.entries(options.metadata ?? {}).map(
      ([key, value]) =>
        () =>
          out.entry(key, value),
    ),
  ];

  out.bytes(new TextEncoder().encode('GGUF'));
  out.u32(3);
  out.u64(tensors.length);
  out.u64(metadata.length);
  for (const write of metadata) {
    write();
  }
  let offset = 0;
  for (const tensor of tensors) {
    out.string(tensor.name);
    out.u32(tensor.shape.length);
    for (const dimension of tensor.shape) {
      out.u64(dimension);
    }
    out.u32(0); // F32
    out.u64(offset);
    offset += align(elementsOf(tensor.shape) * 4);
  }
  out.pad();
  const random = mulberry32(options.seed ?? 1);
  for (const tensor of tensors) {
    const norm = tensor.shape.length === 1;
    for (let i = elementsOf(tensor.shape); i > 0; i--) {
      out.f32(norm ? 1 : (random() - 0.5) * 0.2);
    }
    out.pad();
  }
  return out.finish();
}

/** Token types of ggml: 1 normal, 2 unknown, 3 control, 6 byte. */
function tinyVocabulary(): readonly { text: string; score: number; type: number }[] {
  const special = [
    { text: '<unk>', score: 0, type: 2 },
    { text: '<s>', score: 0, type: 3 },
    { text: '</s>', score: 0, type: 3 },
    { text: '<|im_start|>', score: 0, type: 3 },
    { text: '<|im_end|>', score: 0, type: 3 },
  ];
  const bytes = Array.from({ length: 256 }, (_, byte) => ({
    text: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
    score: 0,
    type: 6,
  }));
  const characters = '▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;()[]{}"*/-';
  const normal = [...characters].map((text, index) => ({ text, score: -1 - index, type: 1 }));
  return [...special, ...bytes, ...normal];
}

function tinyTensors(vocabulary: number): readonly { name: string; shape: readonly number[] }[] {
  const block = (index: number): { name: string; shape: readonly number[] }[] => [
    { name: `blk.${index}.attn_norm.weight`, shape: [EMBEDDING] },
    { name: `blk.${index}.attn_q.weight`, shape: [EMBEDDING, EMBEDDING] },
    { name: `blk.${index}.attn_k.weight`, shape: [EMBEDDING, EMBEDDING] },
    { name: `blk.${index}.attn_v.weight`, shape: [EMBEDDING, EMBEDDING] },
    { name: `blk.${index}.attn_output.weight`, shape: [EMBEDDING, EMBEDDING] },
    { name: `blk.${index}.ffn_norm.weight`, shape: [EMBEDDING] },
    { name: `blk.${index}.ffn_gate.weight`, shape: [EMBEDDING, FEED_FORWARD] },
    { name: `blk.${index}.ffn_up.weight`, shape: [EMBEDDING, FEED_FORWARD] },
    { name: `blk.${index}.ffn_down.weight`, shape: [FEED_FORWARD, EMBEDDING] },
  ];
  return [
    { name: 'token_embd.weight', shape: [EMBEDDING, vocabulary] },
    ...Array.from({ length: BLOCKS }, (_, index) => block(index)).flat(),
    { name: 'output_norm.weight', shape: [EMBEDDING] },
    { name: 'output.weight', shape: [EMBEDDING, vocabulary] },
  ];
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** A small repeatable generator of numbers in [0, 1) (Tommy Ettinger's mulberry32, public domain). */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

class Writer {
  #bytes = new Uint8Array(1 << 20);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  entry(key: string, value: string | number): void {
    this.string(key);
    this.u32(typeof value === 'string' ? STRING : UINT32);
    if (typeof value === 'string') {
      this.string(value);
    } else {
      this.u32(value);
    }
  }
  float(key: string, value: number): void {
    this.string(key);
    this.u32(FLOAT32);
    this.f32(value);
  }
  boolean(key: string, value: boolean): void {
    this.string(key);
    this.u32(BOOL);
    this.bytes(Uint8Array.of(value ? 1 : 0));
  }
  array(key: string, type: number, length: number, write: () => void): void {
    this.string(key);
    this.u32(ARRAY);
    this.u32(type);
    this.u64(length);
    write();
  }
  string(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.u64(bytes.length);
    this.bytes(bytes);
  }
  u32(value: number): void {
    this.#view.setUint32(this.#room(4), value, true);
  }
  u64(value: number): void {
    this.#view.setBigUint64(this.#room(8), BigInt(value), true);
  }
  f32(value: number): void {
    this.#view.setFloat32(this.#room(4), value, true);
  }
  bytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#room(bytes.length));
  }
  pad(): void {
    this.#room(align(this.#at) - this.#at);
  }
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }
  /** Makes room for `length` bytes and returns where they start. */
  #room(length: number): number {
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}
