import type { Prompt } from '@querent/core/prompting';
import type { ModelPrompt } from './hostProtocol.ts';
import type { ModelDescription } from './textModel.ts';

/**
 * A prompt as a model takes it: one text with its marks where the template is one, else turns of a chat, or, for models without, turns one after the other,
 * in which marks mean nothing.
 */
export function modelPrompt(
  { system, user, text }: Prompt,
  { hasChatTemplate }: Pick<ModelDescription, 'hasChatTemplate'>,
): ModelPrompt {
  if (text !== undefined) return { kind: 'raw', text, specialTokens: true };
  return hasChatTemplate ? { kind: 'chat', system, user } : { kind: 'raw', text: `${system}\n\n${user}\n` };
}
