"""Tiny llamas of random weights with a word-level vocabulary, that transformers and llama.cpp tokenise alike.

For the exporter (H3): the tokenizer is byte-level BPE (GGUF model ``gpt2``, pre ``gpt-2``) with NO merges, the byte alphabet cut to the bytes of the data and
printable ASCII, and whole words as added tokens:

- ids 0.. : ``<|end|>`` (EOS, special, GGUF type CONTROL; also BOS for llama.cpp, with add_bos_token false), ``<|pad|>`` (PAD, CONTROL),
- then single byte characters in GPT-2's alphabet (type NORMAL; ``Ċ`` for a line feed is always there),
- then words with their leading space and the given extra tokens (added, not special, raw text with plain spaces; type USER_DEFINED).

llama.cpp cuts USER_DEFINED tokens longest first over the whole text, transformers leftmost-longest: both give the same as long as no token's end is another
one's begin, which ``vocabulary_of`` makes sure of. There is no chat template: prompts are ``system\\n\\nuser\\n``. A byte that is in no token is dropped by both.
"""
