/** docs/adding-a-task.md, done as it says: its files are written, its commands run, and what they print compared with the page. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'trainer/src/cli/main.ts');

/** A fenced block: its language, the file that it is, if any, and its text. */
interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
}

let folder: string;
let blocks: readonly Block[];
const children: ChildProcessWithoutNullStreams[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-adding-'));
  const page = await readFile(join(root, 'docs/adding-a-task.md'), 'utf8');
  blocks = [...page.matchAll(/^```(\S+)(?: (\S+))?\n([^]*?)^```$/gm)].map(
    ([, language = '', file, text = '']) => ({
      language,
      file,
      text,
    }),
  );
  for (const { file, text } of blocks) {
    if (file === undefined) continue;
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  await cp(join(root, 'samples'), join(folder, 'samples'), { recursive: true });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** The command whose block holds `word`, and the block after it: what it prints. */
function step(word: string): { readonly command: string; readonly printed: string } {
  const at = blocks.findIndex(({ language, text }) => language === 'sh' && text.includes(word));
  expect(at, `a command with ${word}`).toBeGreaterThanOrEqual(0);
  return { command: blocks[at]?.text.trim() ?? '', printed: blocks[at + 1]?.text.trim() ?? '' };
}

function start(command: string): ChildProcessWithoutNullStreams {
  const [npx, trainer, ...args] = command.split(' ');
  expect([npx, trainer]).toEqual(['npx', 'querent-trainer']);
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...process.env, QUERENT_INDEX_CACHE: join(folder, 'cache') },
  });
  children.push(child);
  return child;
}

async function run(command: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = start(command);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

/** A line of a table without its last cell, the seconds, which are never twice the same. */
const withoutSeconds = (line: string): string => line.replace(/\| (?:< )?[\d.]+ \|$/, '|');

describe('docs/adding-a-task.md', () => {
  it('its code has no error of types', { timeout: 120_000 }, () => {
    const file = join(folder, 'known-item/index.ts');
    const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) =>
      ts.sys.readFile(path),
    ) as {
      config: { compilerOptions: object };
    };
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
    const program = ts.createProgram([file], {
      ...options,
      noEmit: true,
      emitDeclarationOnly: false,
      composite: false,
      declarationMap: false,
      incremental: false,
      noPropertyAccessFromIndexSignature: false,
      typeRoots: [join(root, 'node_modules/@types')],
      paths: { '@querent/trainer/*': [join(root, 'trainer/src/*.ts')] },
    });
    const source = program.getSourceFile(file);
    const faults = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  });

  it('the reward service scores the completions as the page says', async () => {
    const serve = step('rewards serve');
    expect(serve.command).toContain('--port 8021');
    expect(serve.printed).toBe('{ "url": "http://127.0.0.1:8021" }');
    // A port that is free, since others test on this machine too.
    const child = start(serve.command.replace('--port 8021', '--port 0'));
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { url } = JSON.parse(line) as { url: string };
    const score = step('curl');
    const [, address = '', header = '', file = ''] =
      /^curl -s (\S+) -H '([^']+)' --data @(\S+)$/.exec(score.command) ?? [];
    const [name = '', value = ''] = header.split(': ');
    const response = await fetch(address.replace('http://127.0.0.1:8021', url), {
      method: 'POST',
      headers: { [name]: value },
      body: await readFile(join(folder, file), 'utf8'),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject(JSON.parse(score.printed) as object);
    child.kill('SIGTERM');
    expect((await once(child, 'close'))[0]).toBe(0);
  });

  it('the evaluation prints the figures of the page', async () => {
    const { command, printed } = step('--rewriter recorded:');
    const { code, stdout, stderr } = await run(command);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n').map(withoutSeconds);
    expect(printed.split('\n')).toHaveLength(5);
    for (const line of printed.split('\n')) expect(lines).toContain(withoutSeconds(line));
  });

  it('a folder that is not there is refused in the words of the page', async () => {
    const { command, printed } = step('nowhere');
    const { code, stdout, stderr } = await run(command);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim().replace(`${folder}/`, '')).toBe(printed);
  });
});
