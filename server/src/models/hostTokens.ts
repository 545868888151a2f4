import type { ControlledEvaluateInputItem, LlamaContextSequence, Token } from 'node-llama-cpp';
import type { TextTokens } from './hostProtocol.ts';

/** Tokens that are read at once: each takes the logits of the whole vocabulary, 600 KB for 150,000 tokens. */
const CHUNK = 64;

/**
 * The distribution over the whole vocabulary: the defaults of sampling keep only 40 tokens. `includeTop` gives the largest logit; `includeMax` of
 * node-llama-cpp 3.22 adds nothing.
 */
const everything = { temperature: 1, topK: 0, topP: 1, minP: 0 } as const;

/**
 * How likely each token is behind those before it. What the sequence held before is dropped, and so is this.
 * @throws the reason of `signal` between two chunks; Error where the runtime gives no logits
 */
export async function logProbsOf(
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  signal: AbortSignal,
): Promise<Pick<TextTokens, 'logProbs' | 'likeliest'>> {
  const logProbs: number[] = [];
  const likeliest: number[] = [];
  await sequence.clearHistory();
  try {
    for (let at = 0; at < tokens.length - 1; at += CHUNK) {
      signal.throwIfAborted();
      const end = Math.min(at + CHUNK, tokens.length - 1);
      const input = tokens.slice(at, end).map((token, i): ControlledEvaluateInputItem => {
        const next = tokens[at + i + 1] as Token;
        return [
          token,
          {
            generateNext: {
              logits: { filter: { tokens: [next], includeTop: 1 } },
              totalLogitWeight: true,
              options: everything,
            },
          },
        ];
      });
      const outputs = await sequence.controlledEvaluate(input);
      for (let i = 0; i < end - at; i++) {
        const next = tokens[at + i + 1] as Token;
        const { logits, totalLogitWeight } = outputs[i]?.next ?? {};
        const logit = logits?.get(next);
        if (logits === undefined || logit === undefined || totalLogitWeight === undefined)
          throw new Error('the runtime gave no logits');
        const [top, largest] = [...logits].reduce((best, each) => (each[1] > best[1] ? each : best));
        likeliest.push(top);
        logProbs.push(logit - largest - Math.log(totalLogitWeight));
      }
    }
    return { logProbs, likeliest };
  } finally {
    await sequence.clearHistory();
  }
}
