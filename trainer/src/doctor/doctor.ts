import { checkData } from './data.ts';
import { checkDisk } from './disk.ts';
import { checkEngines } from './engines.ts';
import { checkGpu } from './gpu.ts';
import { checkNode } from './node.ts';
import { checkPython } from './python.ts';
import { checkPythonPackages } from './pythonPackages.ts';
import type { Check, DoctorContext, Probe } from './check.ts';

/** The outcome: `ok` when nothing is missing that training needs. */
export interface Diagnosis {
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

const PROBES: readonly Probe[] = [
  checkNode,
  checkPython,
  checkPythonPackages,
  checkGpu,
  checkEngines,
  checkDisk,
  checkData,
];

/** Looks at everything that training needs or can use. */
export async function diagnose(context: DoctorContext): Promise<Diagnosis> {
  const checks = (await Promise.all(PROBES.map(async (probe) => probe(context)))).flat();
  return { ok: checks.every(({ ok, required }) => ok || !required), checks };
}

/** The diagnosis for people: one line a check, and under it what to do. */
export function formatDiagnosis({ ok, checks }: Diagnosis): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap((check) => {
    const mark = check.ok ? '✓' : check.required ? '✗' : '–';
    const line = `${mark} ${check.name.padEnd(width)}  ${check.detail}`;
    return check.fix === '' ? [line] : [line, `${' '.repeat(width + 4)}${check.fix}`];
  });
  const missing = checks.filter(({ ok: fine, required }) => !fine && required).map(({ name }) => name);
  const verdict = ok
    ? 'Ready to train. Lines with – are optional.'
    : `Not ready to train: ${missing.join(', ')}. Lines with – are optional.`;
  return `${lines.join('\n')}\n\n${verdict}\n`;
}
