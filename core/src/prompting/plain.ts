/** Text longer than this is cut before it is looked at: an abstract of 100,000 characters takes no time. */
const longestLookedAt = 20_000;
/** Marks that are nested deeper were put there to take time. */
const mostPasses = 20;

/**
 * One line without the marks that structure prompts and answers, so that a title cannot speak for the model. Characters that are not seen (joiners,
 * marks of direction, tags) go first, since a mark could be hidden behind them.
 */
export function withoutMarkup(text: string): string {
  let plain = text
    .slice(0, longestLookedAt)
    .replace(/[\p{Cf}\p{Surrogate}\uFFFD]/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ');
  // What is taken away may leave a mark behind that stood around it.
  let before = '';
  for (let passes = 0; before !== plain; passes++) {
    before = plain;
    plain = plain.replace(passes < mostPasses ? markup : bracket, ' ').replace(/ {2,}/gu, ' ');
  }
  return plain.trim();
}

/**
 * White space stands here as one space. Every repetition is bounded: hostile texts take no time.
 *
 * Our own tags, and the marks of turns and tools of ChatML, Llama 3, Phi, Command R, DeepSeek (with wide bars), Mistral and Llama 2, Gemma, Granite, and of
 * Alpaca's headings. Comparisons such as `<65` and `p<0.05` are none.
 */
const markup = new RegExp(
  [
    String.raw`< ?[/\\]? ?(?:think|thinking|thought|answer|reasoning|tool_call|tool_response|tools|im_start|im_end|system|user|assistant|s|bos|eos|pad|unk)\b[^<>]{0,40}>`,
    String.raw`< ?[|｜¦][^|｜¦<>]{0,40}[|｜¦] ?>`,
    String.raw`\[ ?/? ?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT) ?\]`,
    String.raw`<< ?/? ?SYS ?>>`,
    String.raw`< ?(?:start|end)_of_(?:turn|role|text|utterance|image) ?>`,
    String.raw`< ?(?:(?:reserved_|unused|extra_id_)\d{1,6}|0x[0-9a-f]{2}) ?>`,
    String.raw`#{2,6} ?(?:instruction|response|input|system|user|assistant|human)s? ?:?`,
    '`{3,9}',
  ].join('|'),
  'giu',
);

/** What every mark has. */
const bracket = /[<>[\]#`]/gu;

/** The beginning of a text, up to a word, with `…` where something was left out. @param longest characters, the sign of omission not counted */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const cut = text.slice(0, Math.max(0, longest));
  const space = cut.lastIndexOf(' ');
  return `${(space > longest / 2 ? cut.slice(0, space) : cut).replace(/\p{Surrogate}/gu, '')}…`;
}
