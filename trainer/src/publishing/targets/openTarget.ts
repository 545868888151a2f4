import { resolve } from 'node:path';
import { badInput } from '@querent/server/terminal';
import { folderTarget } from './folder.ts';
import { httpTarget } from './http.ts';
import type { HttpOptions } from './http.ts';
import { huggingFaceTarget } from './huggingFace.ts';
import type { PublishingTarget } from './target.ts';

/**
 * The target that people name: a folder, `https://host/folder/`, `hf:owner/name`. Secrets come from the environment only: QUERENT_CHANNEL_TOKEN, HF_TOKEN.
 * @throws CliError (exit code 2)
 */
export function openTarget(
  to: string,
  environment: NodeJS.ProcessEnv,
  http: Omit<HttpOptions, 'token'> = {},
): PublishingTarget {
  const filled = (name: string): string | undefined => {
    const value = environment[name]?.trim() ?? '';
    return value === '' ? undefined : value;
  };
  if (to.trim() === '')
    throw badInput('Say where to publish: a folder, https://host/folder/, or hf:owner/name.');
  if (/^hf:/iu.test(to))
    return huggingFaceTarget(to.slice(3), { token: filled('HF_TOKEN'), hubUrl: filled('HF_ENDPOINT') });
  if (/^https?:\/\//iu.test(to)) return httpTarget(to, { ...http, token: filled('QUERENT_CHANNEL_TOKEN') });
  if (/^[a-z][a-z0-9+.-]+:\/\//iu.test(to))
    throw badInput(
      `${to.slice(0, to.indexOf(':'))}: is no way to publish. Write a folder, https://host/folder/, or hf:owner/name.`,
    );
  return folderTarget(resolve(to));
}
