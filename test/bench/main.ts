// npm run bench -- SUITE [--json]: runs one suite, prints a table or JSON, exits 1 when a goal is missed, 2 on bad usage.
import { cpus, totalmem } from 'node:os';
import type { Goal, Suite, SuiteResult } from './suite.ts';

/** One file a suite, loaded when asked for. */
const suites: Readonly<Record<string, () => Promise<{ suite: Suite }>>> = {
  boolean: () => import('./suites/boolean.ts'),
  live: () => import('./suites/live.ts'),
  lsp: () => import('./suites/lsp.ts'),
  model: () => import('./suites/model.ts'),
  parse: () => import('./suites/parse.ts'),
  ranked: () => import('./suites/ranked.ts'),
  rewards: () => import('./suites/rewards.ts'),
  sql: () => import('./suites/sql.ts'),
  trainer: () => import('./suites/trainer.ts'),
};

const [name, ...rest] = process.argv.slice(2);
const json = rest.includes('--json');
const unknown = rest.filter((argument) => argument !== '--json');
const load = name === undefined ? undefined : suites[name];
if (load === undefined || unknown.length > 0) {
  console.error(`Usage: npm run bench -- SUITE [--json]\nSuites: ${Object.keys(suites).join(', ')}`);
  process.exitCode = 2;
} else {
  const { suite } = await load();
  const result = await suite.run((line) => console.error(line));
  if (json) console.log(JSON.stringify({ suite: suite.name, machine: machine(), ...withoutGoals(result) }));
  else print(suite.name, result);
  const missed = result.goals.filter((goal) => !isReached(goal, result.metrics[goal.key]));
  for (const goal of missed)
    console.error(
      `Goal missed: ${goal.key} is ${result.metrics[goal.key] ?? 'not there'}, ${bound(goal)} was wanted.`,
    );
  if (missed.length > 0) process.exitCode = 1;
}

function isReached(goal: Goal, value: number | undefined): boolean {
  if (value === undefined) return false;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}

function bound(goal: Goal): string {
  return 'atMost' in goal ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`;
}

function withoutGoals({ metrics, peers, notes }: SuiteResult): Omit<SuiteResult, 'goals'> {
  return { metrics, peers, notes };
}

function machine(): { cpu: string; cores: number; memoryGiB: number; node: string; platform: string } {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
}

function print(title: string, { metrics, peers, notes, goals }: SuiteResult): void {
  const { cpu, cores, memoryGiB, node } = machine();
  console.log(`${title} on ${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}`);
  const names = Object.keys(peers);
  const row = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(36) : cell.padStart(20))).join('');
  console.log(row(['metric', 'querent', 'goal', ...names]));
  for (const [key, value] of Object.entries(metrics)) {
    const goal = goals.find((one) => one.key === key);
    const others = names.map((peer) => show(peers[peer]?.[key]));
    console.log(row([key, show(value), goal === undefined ? '' : bound(goal), ...others]));
  }
  for (const note of notes) console.log(`- ${note}`);
}

function show(value: number | undefined): string {
  if (value === undefined) return '';
  return value >= 100_000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value < 10 ? 2 : 1);
}
