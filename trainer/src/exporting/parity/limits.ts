import type { ParityLimits } from './report.ts';

const middling: ParityLimits = { mean: 1.5, largest: 9 };
const coarse: ParityLimits = { mean: 2, largest: 15 };

/**
 * How far the log-probabilities of a file may be from those of transformers in 32 bits, by quantisation, in nats. Measured on SmolLM2-135M-Instruct and on random llama and qwen2
 * models of two layers, whose weights are large and which nothing has trained to bear rounding; the limits are about three times the worst of these (docs/exporting.md has
 * the figures). Even F32 is not 0: the runtime keeps keys and values in 16 bits. From Q8_0 on it rounds what goes through the model, too. What the gate is
 * for (another tokenizer, template or order of rows) shows in the files of 16 and 8 bits; how much a quantisation costs is for the evaluation to say.
 */
const limits: Readonly<Record<string, ParityLimits>> = {
  F32: { mean: 0.02, largest: 0.2 },
  F16: { mean: 0.06, largest: 0.5 },
  BF16: { mean: 0.15, largest: 1 },
  Q8_0: { mean: 0.35, largest: 2.5 },
  Q6_K: { mean: 0.5, largest: 4 },
  ...{ Q5_K_M: middling, Q5_K_S: middling, Q5_1: middling, Q5_0: middling },
  ...{ Q4_K_M: coarse, Q4_K_S: coarse, Q4_1: coarse, Q4_0: coarse, Q3_K_M: coarse },
};

/** The limits of a quantisation; those of the coarsest for one that is not listed. */
export function limitsOf(quantisation: string): ParityLimits {
  return limits[quantisation] ?? coarse;
}
