import type { Finding } from '../problem.ts';
import type { Plan } from '../schema.ts';
import { error, warning } from './finding.ts';

/** There is something to train. */
export function stageRules({ sft, ppo }: Plan): readonly Finding[] {
  return sft === null && ppo === null
    ? [error('', 'there is nothing to train. Give sft, ppo, or both; `ppo: {}` takes every default.')]
    : [];
}

/** The model that training starts from, and the machine. */
export function modelRules({ model, machine, tokens }: Plan): readonly Finding[] {
  const found: Finding[] = [];
  if (model.path === null && model.random === null)
    found.push(
      error(
        'model',
        'it has no model to start from. Give path (a folder, a .gguf file or hf:owner/name) or random.',
      ),
    );
  if (model.path !== null && model.random !== null)
    found.push(
      error(
        'model',
        'path and random are both given. Keep one: a model that is there, or one with random weights.',
      ),
    );
  if (model.random !== null) {
    const { hidden, heads, kvHeads, maxPositions } = model.random;
    if (hidden % heads !== 0 || (hidden / heads) % 2 !== 0)
      found.push(
        error('model.random.hidden', `${hidden} divided by ${heads} heads must be an even whole number.`),
      );
    if (heads % kvHeads !== 0)
      found.push(
        error(
          'model.random.kvHeads',
          `${heads} heads cannot be shared evenly by ${kvHeads}. Take a divisor of heads.`,
        ),
      );
    if (tokens.prompt + tokens.completion > maxPositions)
      found.push(
        error(
          'model.random.maxPositions',
          `${maxPositions} is less than a prompt with its completion (${tokens.prompt} + ${tokens.completion} tokens).`,
        ),
      );
    if (model.lora !== null)
      found.push(error('model.lora', 'an adapter on random weights learns next to nothing. Leave out lora.'));
  }
  if (machine.device === 'cpu' && machine.dtype === 'bfloat16')
    found.push(
      warning(
        'machine.dtype',
        'most processors are slower with bfloat16, and less exact. Take float32 on a CPU.',
      ),
    );
  return found;
}
