import { stat } from 'node:fs/promises';
import type { Check } from '../check.ts';
import { bad, good } from './context.ts';
import type { PlanContext } from './context.ts';

/** Files and folders that the plan names. */
export async function files({
  plan: { data, model, ppo, sft, evaluation, taskFolders },
}: PlanContext): Promise<readonly Check[]> {
  const bare = (source: string): string => source.replace(/^[a-z]+=/u, '');
  const named: readonly (readonly [string, string | null | undefined])[] = [
    ...data.sources.map((path, i) => [`data.sources[${i}]`, bare(path)] as const),
    ...data.train.map((path, i) => [`data.train[${i}]`, bare(path)] as const),
    ...data.validation.map((path, i) => [`data.validation[${i}]`, bare(path)] as const),
    ...(['dataset', 'corpus', 'trials', 'databases', 'heldOut'] as const).map(
      (key) => [`data.${key}`, data[key]] as const,
    ),
    ['evaluation.topics', evaluation?.topics],
    ['model.path', model.path],
    ['model.reference', model.reference],
    ['ppo.critic.path', ppo?.critic.path],
    ['sft.pairs.file', sft?.pairs.file],
    ...taskFolders.map((path, i) => [`taskFolders[${i}]`, path] as const),
  ];
  const missing: string[] = [];
  const repositories: string[] = [];
  for (const [key, path] of named) {
    if (path === null || path === undefined) continue;
    if (path.startsWith('hf:')) repositories.push(path.slice(3));
    else if (
      !(await stat(path).then(
        () => true,
        () => false,
      ))
    )
      missing.push(`${key}: ${path}`);
  }
  const found: Check[] = [
    missing.length === 0
      ? good('files', 'what the plan names is there')
      : bad(
          'files',
          `not there: ${missing.join('; ')}`,
          'Correct the paths (they are relative to the plan’s file), or make what is missing: querent corpus build makes a library.',
        ),
  ];
  if (repositories.length > 0)
    found.push({
      ...good(
        'download',
        `${[...new Set(repositories)].join(', ')} is fetched from Hugging Face where it is not in the cache`,
      ),
      required: false,
    });
  return found;
}
