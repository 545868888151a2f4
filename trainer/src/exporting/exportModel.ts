import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { badInput, CliError, EXIT } from '@querent/server/terminal';
import { ModelError } from '@querent/server/models';
import { findPython } from '../engines/python.ts';
import { writeSafely } from '../run/state.ts';
import { identityOf } from './identity.ts';
import type { ModelIdentity } from './identity.ts';
import { findLlamaCpp, llamaCppTree } from './llamaCpp.ts';
import type { ExportedFile, ExportOptions, ExportResult } from './options.ts';
import { checkParity, referenceOf } from './parity/gate.ts';
import { limitsOf } from './parity/limits.ts';
import type { ParityReport } from './parity/report.ts';
import { parityTexts } from './parity/texts.ts';
import { runExporter } from './runExporter.ts';

/** Names of folders for unfinished files, with the id of the process. */
const stagingPrefix = '.querent-export-';

/** The files are not what transformers makes of the model. None of them was kept. */
export class ParityError extends CliError {
  readonly reports: readonly ParityReport[];
  constructor(reports: readonly ParityReport[]) {
    const failed = reports.filter(({ ok }) => !ok);
    super(
      EXIT.findings,
      `${failed.length} of ${reports.length} files ${failed.length === 1 ? 'does' : 'do'} not pass the parity gate, and none was kept: ${failed.map(({ file, problems }) => `${file}: ${problems.join(' ')}`).join(' ')} ` +
        'docs/exporting.md tells what to look at.',
    );
    this.reports = reports;
  }
}

/**
 * Makes GGUF files of a model folder, and lets nothing pass that the runtime of the editor reads otherwise than transformers does. Files take their names when
 * all of them are whole and have passed; what they replace is replaced at once.
 * @throws CliError: exit code 1 (a {@link ParityError}) for files that differ, 2 for bad input, 3 for what failed, 130 when it was stopped
 */
export async function exportModel(options: ExportOptions): Promise<ExportResult> {
  const started = performance.now();
  const { environment = process.env, signal, onProgress = () => undefined, threads = 0 } = options;
  if (options.quantisations.length === 0) throw badInput('Name at least one quantisation, such as Q8_0.');
  const python = findPython(options.python, environment);
  const model = resolve(options.model);
  const adapter = options.adapter === undefined ? undefined : resolve(options.adapter);
  const identity = await identityOf({ ...options, model });
  const out = resolve(options.out);
  const staging = await stage(out);
  try {
    const { tree, tag, libraries, notes } = await converterOf(options);
    const kinds = adapter === undefined ? ['merged'] : (options.as ?? ['merged']);
    const isChecked = options.withoutGate === undefined;
    const base = isChecked && kinds.includes('adapter') ? join(staging, 'base.gguf') : undefined;
    const heard = [...identity.notes, ...notes];
    const common = { python, environment, scratch: staging, signal };
    const done = (await runExporter({
      ...common,
      command: 'convert',
      config: {
        ...{
          model,
          adapter: adapter ?? null,
          as: kinds,
          out: staging,
          stem: identity.stem,
          name: identity.name,
        },
        ...{ quantisations: options.quantisations, metadata: identity.metadata, tree: tree ?? null },
        ...{ libraries: libraries ?? null, tag: tag ?? null, threads: threads || availableParallelism() },
        ...{ keepBase: base ?? null },
      },
      onEvent: ({ event, what, share, text }) => {
        if (event === 'note') heard.push(`${String(text)}.`);
        if (event === 'note') onProgress({ what: 'converting', message: String(text) });
        if (event === 'progress')
          onProgress({ what: what === 'convert' ? 'converting' : String(what), share: Number(share) });
      },
    })) as unknown as ConvertDone;
    const parity = isChecked
      ? await gate(done.files, { options, identity, model, adapter, base, staging, common, threads })
      : [];
    if (parity.some(({ ok }) => !ok)) throw new ParityError(parity);
    const files: ExportedFile[] = [];
    for (const file of done.files) {
      const path = join(out, basename(file.path));
      await rename(file.path, path);
      files.push({ ...file, path });
    }
    const result: ExportResult = {
      files,
      parity,
      withoutGate: options.withoutGate?.reason ?? null,
      metadata: { 'general.name': identity.name, ...identity.metadata },
      ...{ architecture: done.architecture, parameters: done.parameters },
      writer: done.writer ?? 'querent',
      llamaCpp: tag ?? null,
      notes: heard,
      seconds: Math.round(performance.now() - started) / 1000,
    };
    await writeSafely(join(out, 'export.json'), `${JSON.stringify(result, null, 2)}\n`);
    return result;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** The last event of `convert`. */
interface ConvertDone {
  readonly files: readonly ExportedFile[];
  readonly architecture: string;
  readonly parameters: number;
  readonly writer: string | null;
}

/** Makes the folder for unfinished files, and removes those of exports that were killed. */
async function stage(out: string): Promise<string> {
  try {
    await mkdir(out, { recursive: true });
    for (const name of await readdir(out)) {
      const pid = name.startsWith(stagingPrefix)
        ? Number(name.slice(stagingPrefix.length).split('-')[0])
        : NaN;
      if (Number.isInteger(pid) && !isRunning(pid))
        await rm(join(out, name), { recursive: true, force: true });
    }
    return await mkdtemp(join(out, `${stagingPrefix}${process.pid}-`));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'it may not be written to'
        : code === 'ENOTDIR' || code === 'EEXIST'
          ? 'a part of its path is a file'
          : message;
    throw badInput(`${out} cannot be the folder of the output: ${why}. Choose another with --out.`, error);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What node-llama-cpp has to offer, and what it has not. */
async function converterOf({ llamaCpp, signal }: ExportOptions): Promise<{
  readonly tree?: string;
  readonly tag?: string;
  readonly libraries?: string;
  readonly notes: readonly string[];
}> {
  const found = await findLlamaCpp();
  const own =
    found === undefined
      ? {}
      : { tag: found.tag, ...(found.libraries === undefined ? {} : { libraries: found.libraries }) };
  if (llamaCpp === false) return { ...own, notes: [] };
  if (typeof llamaCpp === 'string') {
    const tree = resolve(llamaCpp);
    if (!existsSync(join(tree, 'convert_hf_to_gguf.py')))
      throw badInput(`${tree} is no tree of llama.cpp: it has no convert_hf_to_gguf.py.`);
    return { ...own, tree, notes: [] };
  }
  const got =
    found === undefined
      ? { reason: 'node-llama-cpp is not installed' }
      : await llamaCppTree(found, undefined, signal);
  return 'tree' in got
    ? { ...own, tree: got.tree, notes: [] }
    : {
        ...own,
        notes: [`llama.cpp’s converter is not at hand, since ${got.reason}; Querent’s own writer is used.`],
      };
}

interface GateContext {
  readonly options: ExportOptions;
  readonly identity: ModelIdentity;
  readonly model: string;
  readonly adapter: string | undefined;
  readonly base: string | undefined;
  readonly staging: string;
  readonly common: Pick<Parameters<typeof referenceOf>[1], 'python' | 'environment' | 'scratch' | 'signal'>;
  readonly threads: number;
}

async function gate(files: readonly ExportedFile[], context: GateContext): Promise<readonly ParityReport[]> {
  const { options, identity, model, adapter, base, common, threads } = context;
  const onProgress = options.onProgress ?? (() => undefined);
  const { template, task } = identity;
  const reference = await referenceOf(parityTexts({ template, task, prompts: options.prompts ?? [] }), {
    ...common,
    ...{ model, adapter, threads },
    onShare: (share) => onProgress({ what: 'reading with transformers', share }),
  });
  const reports: ParityReport[] = [];
  for (const { path, quantisation, kind } of files) {
    const name = basename(path);
    const file = { path, quantisation, name, base: kind === 'adapter' ? base : undefined };
    const limits = { ...limitsOf(quantisation), ...options.limits };
    try {
      reports.push(
        await checkParity(file, reference, limits, {
          ...{ threads, signal: options.signal },
          onShare: (share) => onProgress({ what: `parity of ${name}`, share }),
        }),
      );
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      if (error.code === 'aborted')
        throw new CliError(EXIT.interrupted, 'Interrupted; no file was made.', error);
      throw new CliError(
        EXIT.engineFailed,
        `${name} was written, but cannot be used: ${error.message}`,
        error,
      );
    }
  }
  return reports;
}
