import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { MachineUse } from '../watch/types.ts';

/** Processes that are looked at. */
export type NamedProcesses = readonly { readonly name: string; readonly pid: number }[];

/** Measures what the machine does; each call is about the time since the one before. */
export interface MachineMeter {
  measure(processes: NamedProcesses): Promise<MachineUse>;
}

const gpuMs = 5_000;

/** A meter. Where there is no `nvidia-smi`, it is asked once and there are no GPUs. */
export function machineMeter(): MachineMeter {
  let before = times();
  let hasGpu = true;
  return {
    async measure(processes) {
      const now = times();
      const total = now.total - before.total;
      const cpu = total <= 0 ? 0 : 1 - (now.idle - before.idle) / total;
      before = now;
      const gpus = hasGpu ? await readGpus() : [];
      if (gpus === undefined) hasGpu = false;
      return {
        time: new Date().toISOString(),
        cpu: Math.min(1, Math.max(0, cpu)),
        cores: cpus().length,
        memoryBytes: totalmem() - (await availableBytes()),
        memoryTotalBytes: totalmem(),
        processes: (
          await Promise.all(
            processes.map(async ({ name, pid }) => {
              const bytes = await residentBytes(pid);
              return bytes === undefined ? [] : [{ name, pid, bytes }];
            }),
          )
        ).flat(),
        gpus: gpus ?? [],
      };
    },
  };
}

function times(): { readonly idle: number; readonly total: number } {
  let [idle, total] = [0, 0];
  for (const { times: each } of cpus()) {
    idle += each.idle;
    total += each.user + each.nice + each.sys + each.irq + each.idle;
  }
  return { idle, total };
}

/** What could be used: caches of files, which the system gives up, are not taken. */
async function availableBytes(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kib = /^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1];
  return kib === undefined ? freemem() : Number(kib) * 1024;
}

/** Undefined where the system does not tell, or the process is gone. */
async function residentBytes(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(text)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

async function readGpus(): Promise<MachineUse['gpus'] | undefined> {
  try {
    const { stdout } = await promisify(execFile)(
      'nvidia-smi',
      ['--query-gpu=name,utilization.gpu,memory.used,memory.total', '--format=csv,noheader,nounits'],
      { timeout: gpuMs },
    );
    return gpusIn(stdout);
  } catch (error) {
    // One that does not answer in time may do so later; one that is not there will not.
    return (error as { readonly killed?: boolean }).killed === true ? [] : undefined;
  }
}

/** Reads what nvidia-smi prints: `NVIDIA H200, 97, 81234, 143771`, memory in MiB. */
export function gpusIn(text: string): MachineUse['gpus'] {
  return text
    .split('\n')
    .map((line) => line.split(',').map((part) => part.trim()))
    .filter((parts) => parts.length === 4)
    .map(([name = '', use, used, total]) => ({
      name,
      use: Number(use) / 100 || 0,
      memoryBytes: Number(used) * 1024 * 1024 || 0,
      memoryTotalBytes: Number(total) * 1024 * 1024 || 0,
    }));
}
