import { templateKeys } from '@querent/core/prompting';
import type { TextModel } from '../models/index.ts';
import type { InstalledRelease } from './installed.ts';
import { releaseId } from './releaseId.ts';

/**
 * The model of a release under the release's name, and with the template that was published for it: what the file itself says is not signed, though it agrees, as was found out when it was
 * installed.
 */
export function asReleased(model: TextModel, { name, release }: InstalledRelease): TextModel {
  const { template, task, version } = release;
  return {
    describe: async (signal) => {
      const description = await model.describe(signal);
      return {
        ...description,
        name: releaseId(name, version),
        metadata: {
          ...description.metadata,
          [templateKeys.template]: template.id,
          [templateKeys.hash]: template.hash,
          [templateKeys.task]: task,
        },
      };
    },
    generate: (...params) => model.generate(...params),
    generateMany: (...params) => model.generateMany(...params),
  };
}
