/** `querent-trainer` as people start it. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const launcher = join(import.meta.dirname, '../../trainer/bin/querent-trainer.mjs');
const main = join(import.meta.dirname, '../../trainer/src/cli/main.ts');
function trainer(...args: string[]) {
  return spawnSync(process.execPath, [launcher, ...args], { encoding: 'utf8', timeout: 200_000 });
}

describe('querent-trainer', () => {
  it('doctor --json prints one JSON document and exits 0 or 1 by it', () => {
    const { stdout, stderr, status } = trainer('doctor', '--json');
    const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Record<string, unknown>[] };
    expect(stderr).toBe('');
    expect(status).toBe(ok ? 0 : 1);
    expect(checks.length).toBeGreaterThan(5);
    for (const check of checks) {
      expect(check).toEqual({
        name: expect.any(String) as string,
        ok: expect.any(Boolean) as boolean,
        required: expect.any(Boolean) as boolean,
        detail: expect.stringMatching(/./) as string,
        fix: expect.any(String) as string,
      });
    }
  });

  it('a reader of the output that has seen enough is no error', async () => {
    const child = spawn(process.execPath, [main, 'evaluate', '--help']);
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    expect([await once(child, 'close'), stderr]).toEqual([[0, null], '']);
  });

  it('doctor says in words what a named Python lacks', () => {
    const { stdout, status } = trainer('doctor', '--python', '/no/such/python');
    expect(status).toBe(1);
    expect(stdout).toMatch(/✗ python +\/no\/such\/python is not installed\n +Install Python 3\.10/);
    expect(stdout).toMatch(/Not ready to train: python, torch/);
  });

  it('lists only commands that work, and refuses others with exit code 2', () => {
    const help = trainer('--help');
    expect(help.status).toBe(0);
    const listed = [...help.stdout.matchAll(/^ {2}([a-z]+) (?:\[|<| )/gm)].map(([, name]) => name ?? '');
    expect(listed).toEqual(expect.arrayContaining(['dataset', 'evaluate', 'plan', 'ppo', 'publish', 'run']));
    for (const name of listed.filter((each) => each !== 'help'))
      expect({ name, status: trainer(name, '--help').status }).toEqual({ name, status: 0 });
    const unknown = trainer('popo');
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toMatch(/unknown command 'popo'/);
    expect(trainer('doctor', '--jsn').status).toBe(2);
  });
});
