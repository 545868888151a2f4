import { faultOf, verlRequirements } from '../../engines/verl/requirements.ts';
import type { Check } from '../check.ts';
import { bad, good } from './context.ts';
import type { PlanContext } from './context.ts';

/** The packages of the engines that work for the plan. */
export function packages({ plan, python, choice }: PlanContext): readonly Check[] {
  if ('failure' in python)
    return [
      bad(
        'packages',
        python.failure,
        'Install Python 3.10 or later, or name one with --python or QUERENT_PYTHON.',
      ),
    ];
  const checks: Check[] = [];
  const embedded = plan.sft !== null || choice.engine === 'embedded' || plan.export !== null;
  if (embedded) {
    const wanted = [
      'torch',
      'transformers',
      ...(plan.model.lora === null ? [] : ['peft']),
      ...(plan.export === null && plan.model.path?.endsWith('.gguf') !== true ? [] : ['gguf']),
      ...(plan.tensorboard ? ['tensorboard'] : []),
    ];
    const lacking = wanted.filter((name) => typeof python.packages[name]?.version !== 'string');
    checks.push(
      lacking.length === 0
        ? good(
            'packages',
            `${wanted.map((name) => `${name} ${python.packages[name]?.version ?? ''}`).join(', ')} in ${python.executable}`,
          )
        : bad(
            'packages',
            `${python.executable} lacks ${lacking.map((name) => reason(name, python.packages[name]?.error)).join(', ')}`,
            'pip install -r trainer/python/requirements/gpu.txt, or cpu.txt on a machine without a GPU.',
          ),
    );
  }
  if (choice.engine !== 'verl') return checks;
  for (const each of verlRequirements) {
    if (each.rollout !== undefined && each.rollout !== plan.verl.rollout) continue;
    const fault = faultOf(each, python);
    checks.push(
      fault === undefined
        ? good(each.name, `${each.name} ${python.packages[each.name]?.version ?? ''}`)
        : bad(
            each.name,
            `${fault} (${each.why})`,
            `${each.install}, into ${python.executable}: an environment of its own, for CUDA.`,
          ),
    );
  }
  return checks;
}

function reason(name: string, error: string | null | undefined): string {
  return error === null || error === undefined || error === 'not installed' ? name : `${name} (${error})`;
}

/** As many GPUs as the plan lays its work over. */
export function gpus({ plan, python, choice }: PlanContext): readonly Check[] {
  const devices = 'failure' in python ? [] : python.gpus.devices;
  const wanted =
    choice.engine === 'verl' && plan.verl.rayAddress === null
      ? plan.verl.gpusPerNode
      : plan.machine.device === 'cuda' && choice.engine === 'embedded'
        ? 1
        : 0;
  if (wanted === 0) return [];
  const detail =
    devices.length === 0 ? 'no GPU that torch sees' : `${devices.length} × ${devices[0]?.name ?? ''}`;
  return [
    devices.length >= wanted
      ? good('gpus', detail)
      : bad(
          'gpus',
          `${detail}; the plan wants ${wanted}`,
          `Use a machine with ${wanted}, lower verl.gpusPerNode, or send the job to a cluster with verl.rayAddress.`,
        ),
  ];
}
