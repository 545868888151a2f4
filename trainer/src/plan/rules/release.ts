import type { Finding } from '../problem.ts';
import type { Plan } from '../schema.ts';
import { error, warning } from './finding.ts';

/** What comes after training. */
export function releaseRules(plan: Plan): readonly Finding[] {
  const found: Finding[] = [];
  const { publish, export: exporting, evaluation, data, model } = plan;
  if (exporting?.adapter === true && model.lora === null)
    found.push(error('export.adapter', 'there is no adapter without model.lora.'));
  if (publish === null) {
    if (evaluation !== null && evaluation.topics === null && data.heldOut === null)
      found.push(
        warning(
          'evaluation.topics',
          'no topics are held out, so nothing is evaluated. Give data.heldOut or evaluation.topics.',
        ),
      );
    return found;
  }
  if (/^[a-z]+:\/\/[^/]*@/iu.test(publish.to))
    found.push(
      error(
        'publish.to',
        'an address with a password would be written into the run folder. Give it by QUERENT_CHANNEL_TOKEN.',
      ),
    );
  if (exporting === null)
    found.push(error('export', 'what is published is exported first. Leave out `export: null`.'));
  else if (!exporting.quantisations.includes(publish.file))
    found.push(
      error(
        'publish.file',
        `${publish.file} is not among export.quantisations (${exporting.quantisations.join(', ')}).`,
      ),
    );
  if (evaluation === null)
    found.push(error('evaluation', 'a release shows its figures. Leave out `evaluation: null`.'));
  if (model.licence === null)
    found.push(
      error(
        'model.licence',
        model.path === null
          ? 'a release names the licence of its weights. They are yours, so it is yours to choose: MIT, Apache-2.0 …'
          : 'a release names the licence of the model that it was made from, as its page says: Apache-2.0, qwen-research …',
      ),
    );
  return found;
}
