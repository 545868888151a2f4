import type { ModelEntry, ModelsResult } from '@querent/server/protocol';

/** What the list of models says of one: a row, what stands beside it, and what stands below. */
export interface ModelWords {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** `4.4 GB`, decimal as shops and file managers say it. */
export function bytesText(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  const value = bytes < 1e9 ? bytes / 1e6 : bytes / 1e9;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${bytes < 1e9 ? 'MB' : 'GB'}`;
}

const fitTexts = {
  yes: 'this machine has it',
  tight: 'that is about all that this machine has',
  no: 'more than this machine has',
} as const;

/** A model in the list. Icons are the caller's: in a label `$(name)` of a file's name must not become one. */
export function modelWords(entry: ModelEntry): ModelWords {
  const { name, bytes, parameters, quantisation, architecture, task, template, needsBytes, fits, note } =
    entry;
  const facts = [
    parameters,
    quantisation,
    bytes === undefined ? undefined : bytesText(bytes),
    entry.kind === 'endpoint' ? entry.place : undefined,
    entry.kind === 'file' ? architecture : undefined,
  ];
  const figured = entry.figures.map((figure) => sentence(figure));
  // A row shows the beginning: of a checkpoint what it does, of a model that cannot be used why.
  const sentences = [
    ...(entry.kind === 'published' ? figured : []),
    note,
    needsBytes === undefined
      ? undefined
      : `Needs ${bytesText(needsBytes)} of memory${fits === undefined ? '' : `: ${fitTexts[fits]}`}.`,
    task === undefined
      ? undefined
      : `Trained for ${task}${template === undefined ? '' : ` (wording ${template})`}.`,
    ...(entry.kind === 'published' ? [] : figured),
  ];
  const said = (parts: readonly (string | undefined)[], between: string): string =>
    parts.filter((part) => part !== undefined && part !== '').join(between);
  return {
    label: name.replaceAll('$(', '$ ('),
    description: said(facts, ' · '),
    detail: said(sentences, ' '),
  };
}

/** `Recall 65 %.`: begins with a capital and ends with a full stop. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
}

/** `This machine: 24 GB of memory, NVIDIA H200 with 141 GB` */
export function machineText({ machine: { memoryBytes, gpu, gpuMemoryBytes } }: ModelsResult): string {
  const card =
    gpu === undefined
      ? 'no graphics card that models can use'
      : gpuMemoryBytes === undefined
        ? gpu
        : `${gpu} with ${bytesText(gpuMemoryBytes)}`;
  return `This machine: ${bytesText(memoryBytes)} of memory, ${card}`;
}
