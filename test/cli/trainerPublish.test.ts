/** `querent-trainer publish` as people start it: keys, a folder, a server, verification. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startChannelServer } from '../../server/src/checkpoints/testing/channelServer.ts';
import { evaluationFolder, exportResult, write } from '../../trainer/src/publishing/testing/madeFolders.ts';

const main = join(import.meta.dirname, '../../trainer/src/cli/main.ts');
const token = 'a-secret-token-4711';
/** Each start loads the whole command. */
const patience = 300_000;
let folder: string;
let publicKey: string;
const at = (...parts: string[]): string => join(folder, ...parts);

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function publish(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Result> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [main, 'publish', ...args], {
      env: { ...process.env, QUERENT_CHANNEL_TOKEN: '', QUERENT_SIGNING_KEY: at('key.pem'), ...env },
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (piece: Buffer) => out.push(piece));
    child.stderr.on('data', (piece: Buffer) => err.push(piece));
    child.on('error', failed);
    child.on('close', (code) =>
      done({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-publish-cli-'));
  for (const [name, recall] of Object.entries({ one: 0.5, worse: 0.4 })) {
    await write(at(name, 'export.json'), await exportResult(at(name), name));
    await evaluationFolder(at(`${name}-evaluation`), recall, name);
  }
  const { code, stdout, stderr } = await publish(['keys', '--out', at('key.pem')]);
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/private key is in .*querent\.model\.channelKey/u),
  ]);
  publicKey = stdout.trim();
}, patience);

const from = (name: string): readonly string[] => [
  ...[at(name), '--evaluation', at(`${name}-evaluation`), '--trained-on', 'none'],
  ...['--name', 'acme-search', '--channel', 'stable'],
];

describe('querent-trainer publish', () => {
  it(
    'publishes to a folder, refuses a worse release with exit code 1, and verifies',
    async () => {
      const to = at('channel');
      // An option of the command's own that has the name of one of the program's.
      const first = await publish([...from('one'), '--to', to, '--version', '2.0.0']);
      expect([first.code, first.stdout]).toEqual([
        0,
        expect.stringMatching(
          /^acme-search 2\.0\.0 \(stable\) is published in .*, serial 1, signed by [0-9a-f]{16}\.\nFirst release, compared with deterministic \(difference \+0\.200.*\n {2}Recall 50\.0 % \[40\.0, 60\.0\]/u,
        ),
      ]);
      const worse = await publish([...from('worse'), '--to', to]);
      expect([worse.code, worse.stdout]).toEqual([
        1,
        expect.stringMatching(/^Not published: It is not better\. .*0\.400 against 0\.500/u),
      ]);
      const model = (await readdir(join(to, '2.0.0'))).find((name) => name.endsWith('.gguf')) ?? '';
      await writeFile(join(to, '2.0.0', model), 'on');
      const bad = await publish(['verify', to, '--public-key', publicKey]);
      expect([bad.code, bad.stdout]).toEqual([
        1,
        expect.stringMatching(/has 2 bytes instead of 3\.\n[\s\S]*is not in order/u),
      ]);
    },
    patience,
  );

  it(
    'publishes to a server with secrets of the environment, which are told to nobody',
    async () => {
      const served = at('served');
      await mkdir(served);
      await using server = await startChannelServer(served, { token });
      const pem = await readFile(at('key.pem'), 'utf8');
      const env = { QUERENT_CHANNEL_TOKEN: token, QUERENT_SIGNING_KEY: pem };
      const done = await publish([...from('one'), '--to', server.url], env);
      const wrong = await publish([...from('worse'), '--to', server.url, '--force', '--reason', 'x'], {
        ...env,
        QUERENT_CHANNEL_TOKEN: `${token}x`,
      });
      expect(done.code).toBe(0);
      expect([wrong.code, wrong.stderr]).toEqual([
        2,
        expect.stringMatching(/does not accept the token \(HTTP 401\)/u),
      ]);
      for (const { stdout, stderr } of [done, wrong])
        for (const secret of [token, 'PRIVATE', pem.split('\n')[1] ?? 'PRIVATE'])
          expect(stdout + stderr).not.toContain(secret);
      const found = await publish(['verify', server.url, '--public-key', publicKey, '--json']);
      expect([found.code, JSON.parse(found.stdout)]).toEqual([
        0,
        expect.objectContaining({ ok: true, files: 1, releases: [{ version: '1.0.0', gate: 'first' }] }),
      ]);
    },
    patience,
  );
});
