import { parseAnswer } from '@querent/core/prompting';
import type { AnswerKey, Variant } from '@querent/core/prompting';
import { buildPrompt } from '@querent/core/rewriting';
import type { Draft, Rejection, Rewriter } from '@querent/core/rewriting';
import { ModelError } from './modelError.ts';
import type { ModelPrompt } from './hostProtocol.ts';
import type { GenerateOptions, TextModel } from './textModel.ts';

export interface ModelRewriterOptions {
  /** Most drafts to make, >= 1. The first takes the likeliest words, the others are sampled. Default 3. */
  readonly drafts?: number;
  /** No further draft is begun after so many milliseconds: one is enough from a slow model. Default 5,000. */
  readonly budgetMs?: number;
  readonly onToken?: (text: string) => void;
}

/** The longest answer: reasoning of a few sentences and a query of some 1,500 characters. */
const MAX_TOKENS = 500;
/** How much of an unreadable answer is shown. */
const SHOWN_CHARACTERS = 200;

/**
 * The answer format as a grammar (GBNF), so that a model that was never trained for the task still writes something that can be
 * read. What the query says is the model's own: a grammar of blocks and tags was tried and made SmolLM2-135M write nonsense. Both
 * parts are bounded, so that a model that repeats itself comes to an end.
 */
export function answerGrammar(key: AnswerKey = 'query', variant: Variant = 'reasoning'): string {
  const think = variant === 'reasoning' ? String.raw`"<think>" think "</think>\n` : '"';
  return String.raw`root ::= ${think}<answer>{\"${key}\": \"" query "\"}</answer>"
think ::= [^<\x00-\x1f]{1,300}
query ::= [^"\\ \x00-\x1f] char{0,900}
char ::= [^"\\\x00-\x1f] | "\\\""
`;
}

/** Lets a language model propose queries. Faults of the model become rejections, so that other proposals survive them. */
export function createModelRewriter(model: TextModel, options: ModelRewriterOptions = {}): Rewriter {
  const { drafts: most = 3, budgetMs = 5000, onToken } = options;
  return {
    async draft(request, _engine, signal) {
      const drafts: Draft[] = [];
      const rejected: Rejection[] = [];
      let source = 'language model';
      const started = performance.now();
      try {
        const { name, hasChatTemplate } = await model.describe();
        source = name;
        const { system, user } = buildPrompt(request);
        const prompt = promptFor(system, user, hasChatTemplate);
        for (let i = 0; i < most && (i === 0 || performance.now() - started < budgetMs); i++) {
          const { text, stopReason } = await model.generate(prompt, { ...sampling(i), signal, onToken });
          const answer = readAnswer(text, user);
          if ('problem' in answer) {
            const cut =
              stopReason === 'maxTokens' ? ` The answer was cut off after ${MAX_TOKENS} tokens.` : '';
            rejected.push({ origin: 'model', source, text: start(text), reason: `${answer.problem}${cut}` });
          } else if (!drafts.some(({ query }) => query === answer.query)) {
            drafts.push({ origin: 'model', source, query: answer.query, reasoning: answer.reasoning });
          }
        }
      } catch (error) {
        if (!(error instanceof ModelError) || error.code === 'aborted') {
          throw error;
        }
        rejected.push({ origin: 'model', source, text: '', reason: error.message });
      }
      return { drafts, rejected: distinct(rejected) };
    },
  };
}

function promptFor(system: string, user: string, chat: boolean): ModelPrompt {
  return chat ? { kind: 'chat', system, user } : { kind: 'raw', text: `${system}\n\n${user}\n` };
}

/** Small models like to give back the example that shows the format, as their query or as their reason. */
function readAnswer(text: string, prompt: string): ReturnType<typeof parseAnswer> {
  const answer = parseAnswer(text);
  if ('problem' in answer) {
    return answer;
  }
  if (prompt.includes(`{"query": ${JSON.stringify(answer.query)}}`)) {
    return { problem: 'The model repeated the example of its instructions instead of writing a query.' };
  }
  return /\p{L}/u.test(answer.reasoning) ? answer : { ...answer, reasoning: '' };
}

/** The first draft is the model's likeliest; the others differ, and are the same on every run. */
function sampling(index: number): GenerateOptions {
  const common = { maxTokens: MAX_TOKENS, grammar: answerGrammar() };
  return index === 0 ? common : { ...common, temperature: 0.7, seed: index };
}

function start(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
}

function distinct(rejections: readonly Rejection[]): Rejection[] {
  const seen = new Set<string>();
  return rejections.filter(({ text, reason }) => {
    const key = `${text}\n${reason}`;
    return !seen.has(key) && seen.add(key);
  });
}
