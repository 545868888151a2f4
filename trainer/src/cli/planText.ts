import type { EngineChoice } from '../engines/verl/index.ts';
import { shellCommand, shellQuoted } from '../engines/verl/index.ts';
import { formatDiagnosis } from '../doctor/doctor.ts';
import type { Diagnosis } from '../doctor/doctor.ts';
import { countOf } from '../plan/index.ts';
import type { EmbeddedConfig, Plan, PlanEstimate } from '../plan/index.ts';
import { isVerl } from './planConfigurations.ts';
import type { Configurations, VerlConfiguration } from './planConfigurations.ts';

/** What `querent-trainer plan` found out. */
export interface PlanFindings {
  readonly plan: Plan;
  readonly choice: EngineChoice;
  readonly folder: string;
  readonly configurations: Configurations;
  readonly estimate: PlanEstimate;
  readonly diagnosis: Diagnosis;
}

/** All of it for people: what runs, with what it is told, what it takes, what is missing. */
export function planText(found: PlanFindings): string {
  const { configurations, diagnosis } = found;
  const told = Object.entries(configurations).map(([stage, value]) =>
    configurationText(stage, value as EmbeddedConfig | VerlConfiguration),
  );
  return [
    heading(`${found.plan.name}, in ${found.folder}`),
    ...stepLines(found),
    '',
    heading('What it takes'),
    ...estimateLines(found.estimate),
    ...told.flatMap((text) => ['', text]),
    '',
    heading('This machine'),
    formatDiagnosis(diagnosis).trimEnd(),
  ].join('\n');
}

function heading(text: string): string {
  return `${text}\n${'-'.repeat(text.length)}`;
}

function stepLines({ plan, choice }: PlanFindings): readonly string[] {
  const { data, sft, ppo, evaluation, publish, model } = plan;
  const lines: (readonly [string, string])[] = [
    ['data', data.dataset ?? [...data.sources, ...data.train].join(', ')],
    ['start', model.path ?? 'random weights'],
  ];
  if (sft !== null) {
    const from = {
      deterministic: 'the deterministic rewriter',
      file: sft.pairs.file ?? '',
      both: `the deterministic rewriter and ${sft.pairs.file ?? ''}`,
    }[sft.pairs.from];
    lines.push([
      'sft',
      `${sft.epochs} ${sft.epochs === 1 ? 'epoch' : 'epochs'} of pairs from ${from}, embedded engine`,
    ]);
  }
  if (ppo !== null)
    lines.push([
      'ppo',
      `${ppo.steps} steps of ${ppo.promptsPerStep} prompts × ${ppo.samplesPerPrompt}, ${ppo.algorithm}, ${choice.engine} engine. ${choice.why}`,
    ]);
  if (plan.export !== null) lines.push(['export', plan.export.quantisations.join(', ')]);
  const topics = evaluation?.topics ?? data.heldOut;
  if (evaluation !== null && topics !== null)
    lines.push(['evaluation', `${evaluation.rewriters.join(', ')} on ${topics}`]);
  if (publish !== null)
    lines.push([
      'publish',
      `${publish.name} to ${publish.to} (${publish.channel}), when ${publish.figure} is better by ${publish.minimumGain} with p <= ${publish.significance}`,
    ]);
  return table(lines);
}

function estimateLines({ model, unknown, memory, time, diskBytes }: PlanEstimate): readonly string[] {
  if (model === undefined) return [unknown ?? 'The size of the model is not known.'];
  return table([
    ['model', `${countOf(model.parameters)} weights, from ${model.from}`],
    ...memory.map(({ stage, peakBytes, hostBytes, parts }) => {
      const largest = [...parts].sort((a, b) => b.bytes - a.bytes).slice(0, 4);
      const host = hostBytes > 0 ? `, and ${size(hostBytes)} in the machine’s memory` : '';
      return [
        `memory ${stage}`,
        `${size(peakBytes)} at most${host}; estimate: ${largest.map(({ name, bytes, formula }) => `${name} ${size(bytes)} (${formula})`).join(', ')}`,
      ] as const;
    }),
    ['disk', `${size(diskBytes ?? 0)}; estimate`],
    ...time.map(
      ({ stage, seconds, kind, basis }) =>
        [`time ${stage}`, `${duration(seconds)}; ${kind}: ${basis}`] as const,
    ),
  ]);
}

function configurationText(stage: string, value: EmbeddedConfig | VerlConfiguration): string {
  if (!isVerl(value))
    return `${heading(`What the embedded engine is told for ${stage}`)}\n${JSON.stringify(value, null, 2)}`;
  const { environment, command, arguments: args } = value.command;
  const variables = Object.entries(environment).map(([name, text]) => `${name}=${shellQuoted(text)} \\\n`);
  return `${heading(`What verl is told for ${stage}`)}\n${variables.join('')}${shellCommand([...command, ...args])}`;
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
}

function size(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
