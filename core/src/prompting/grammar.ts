import type { AnswerKey } from './answer.ts';
import type { Variant } from './prompt.ts';
import type { OpenedTag } from './rawTemplate.ts';

/** Most characters of reasoning and of a query under {@link answerGrammar}, where nothing is opened: both parts are bounded, so that a model that repeats itself comes to an end. */
const longestThought = 300;
const longestQuery = 900;
/** The same for models that were trained to reason; their answers had up to 512 tokens. */
const longestTrainedThought = 1200;
const longestTrainedQuery = 1500;

/**
 * The form of an answer as a grammar (GBNF), so that a model that was never trained for the task still writes something that can be
 * read. What the query says is the model's own: a grammar of blocks and tags was tried and made SmolLM2-135M write nonsense. The JSON string knows the escapes
 * `\"` and, for SQL, `\\`, `\n` and `\t`; all that it lets through is JSON.
 * @param opened what the prompt left opened: the answer goes on from there, with white space and line breaks as the model was trained to write them
 */
export function answerGrammar(
  key: AnswerKey = 'query',
  variant: Variant = 'reasoning',
  opened: OpenedTag = '',
): string {
  return opened === '' ? formGrammar(key, variant) : trainedGrammar(key, variant, opened);
}

function formGrammar(key: AnswerKey, variant: Variant): string {
  const think = variant === 'reasoning' ? String.raw`"<think>" think "</think>\n` : '"';
  return String.raw`root ::= ${think}<answer>{\"${key}\": \"" query "\"}</answer>"
think ::= [^<\x00-\x1f]{1,${longestThought}}
${queryRules(key, longestQuery)}`;
}

/** For completions of raw templates; also those that open no tag (`''` with `variant` direct) begin with white space as they like. */
export function trainedGrammar(key: AnswerKey, variant: Variant, opened: OpenedTag): string {
  const json = String.raw`"{" ws "\"${key}\":" ws "\"" query "\"" ws "}" ws "</answer>"`;
  const answer = opened === '<answer>' ? `ws ${json}` : `ws "<answer>" ws ${json}`;
  const thought = opened === '<think>' ? 'think "</think>" ' : '"<think>" think "</think>" ';
  return String.raw`root ::= ${variant === 'reasoning' ? thought : ''}${answer}
ws ::= [ \t\n]{0,12}
think ::= [^<\x00-\x08\x0b-\x1f]{1,${longestTrainedThought}}
${queryRules(key, longestTrainedQuery)}`;
}

/**
 * A search query has no `<`, so that no tag can stand in it; SQL compares. A statement begins as one that reads: what else it could be is refused
 * behind the model anyway, and a small one writes little but INSERT when it is let.
 */
function queryRules(key: AnswerKey, longest: number): string {
  if (key === 'sql')
    return String.raw`query ::= gap{0,3} reading gap char{0,${longest}}
gap ::= " " | "\\n"
reading ::= "SELECT" | "select" | "Select" | "WITH" | "with" | "With"
char ::= [^"\\\x00-\x1f] | "\\" ["\\nt]
`;
  return String.raw`query ::= first char{0,${longest}}
first ::= [^"\\< \x00-\x1f] | "\\\""
char ::= [^"\\<\x00-\x1f] | "\\\""
`;
}

/** The form of an answer to `buildTermPrompt`: at most `k` terms, one a line. @param k 1..20 */
export function termGrammar(k: number): string {
  return String.raw`root ::= term ("\n" term){0,${Math.max(0, Math.min(20, Math.floor(k)) - 1)}}
term ::= [A-Za-z0-9] [A-Za-z0-9 '/+*.,-]{1,60}
`;
}
