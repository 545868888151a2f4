// Makes the extension's package for one platform, without network: dist/querent-TARGET.vsix.
//
//   node scripts/package.mjs [--target linux-x64] [--out FILE.vsix]
//
// The files are gathered in a folder of their own, so that the development build in dist/ is left alone, then packed with vsce,
// then the outcome is checked: only files that are allowed, within the size budget, a model runtime that loads,
// and tools for other assistants that answer.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, shippedBundles, shippedModules } from './build.mjs';
import { thirdPartyNotices } from './lib/licences.mjs';
import { bytesBelow, copyModelRuntime, currentTarget } from './lib/modelRuntime.mjs';
import { cacheFolder, developmentNode, mustRun, root } from './lib/processes.mjs';

/** What may be in the package. Everything else is a mistake. */
const ALLOWED = [
  /^(package(\.nls)?\.json|readme\.md|changelog\.md|LICENSE(\.txt)?|ThirdPartyNotices\.txt|language-configuration\.json)$/i,
  /^dist\/(cli\.cjs|extension\.cjs|proposals\.js|training\.js|sqlResults\.js|server\.cjs|libraryWorker\.cjs|databaseWorker\.cjs|databaseProcess\.cjs|eutilsThread\.cjs|modelHost\.mjs|sql-wasm\.wasm|libpg-query\.wasm)$/,
  /^dist\/node_modules\/.+\.(js|cjs|mjs|json|node|so|dylib|dll|metal|gbnf)(\.[\d.]+)?$/,
  /^dist\/node_modules\/.+\/(licen[cs]e|notice)[^/]*$/i,
  /^syntaxes\/[^/]+\.json$/,
  /^snippets\/[^/]+\.json$/,
  /^media\/[^/]+\.(svg|png|css)$/,
  /^media\/walkthrough\/[^/]+\.(md|svg|png)$/,
  /^samples\/(README\.md|screening\.sqlite|[^/]+\.(pubmed|ctgov|sql|jsonl|txt|nbib)|\.vscode\/settings\.json)$/,
  /^docs\/images\/[^/]+\.png$/,
  /^docs\/rules\/[^/]+\.md$/,
];

/** What must be in it, or the extension does not start. */
const REQUIRED = [
  'package.json',
  'README.md',
  'LICENSE',
  'ThirdPartyNotices.txt',
  'syntaxes/pubmed.tmLanguage.json',
  'media/proposals.css',
  'media/page.css',
  'media/training.css',
  'media/sqlResults.css',
  'samples/falls.pubmed',
  'docs/rules/README.md',
];

/** Bytes that a package may weigh, packed: 13 MB of model runtime, the rest ours. */
const BUDGET = 24 * 1024 * 1024;

/**
 * What is wrong with a package that holds `files` and weighs `bytes`.
 * @param {readonly string[]} files paths inside the extension's folder
 * @param {number} bytes
 * @returns {string[]} one line a fault; empty when it may be shipped
 */
export function listingFaults(files, bytes) {
  const held = new Set(files.map((file) => file.toLowerCase()));
  return [
    ...files
      .filter((file) => !ALLOWED.some((pattern) => pattern.test(file)))
      .map((file) => `not allowed in the package: ${file}`),
    ...files
      .filter((file) => /\.gguf$/i.test(file))
      .map((file) => `a model must never be in the package: ${file}`),
    ...[
      ...REQUIRED,
      ...shippedBundles.map((bundle) => `dist/${bundle}`),
      ...shippedModules.map((file) => `dist/${file}`),
    ]
      .filter((file) => !held.has(file.toLowerCase()) && !held.has(`${file.toLowerCase()}.txt`))
      .map((file) => `missing in the package: ${file}`),
    ...(bytes > BUDGET ? [`too big: ${megabytes(bytes)} of at most ${megabytes(BUDGET)}`] : []),
  ];
}

const megabytes = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/** The manifest as it is shipped: nothing of the workshop in it. */
function shippedManifest() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const key of [
    'scripts',
    'workspaces',
    'devDependencies',
    'dependencies',
    'allowScripts',
    'private',
    'overrides',
  ])
    delete manifest[key];
  return manifest;
}

function gather(stage) {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(join(stage, 'dist'), { recursive: true });
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(shippedManifest(), null, 2)}\n`);
  const wanted = [
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
    'language-configuration.json',
    '.vscodeignore',
    'package.nls.json',
  ];
  for (const name of [...wanted, 'syntaxes', 'snippets', 'media', 'samples', 'docs/images', 'docs/rules']) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(stage, name), { recursive: true });
  }
}

/** Loads the packed runtime from the packed place, as the model host will. */
async function checkModelRuntime(stage) {
  const probe = join(stage, 'dist/probe.mjs');
  writeFileSync(
    probe,
    "import { getLlama } from 'node-llama-cpp';\n" +
      "const llama = await getLlama({ gpu: process.platform === 'darwin' ? 'auto' : false, build: 'never', maxThreads: 1 });\n" +
      "console.log('runtime loads:', llama.gpu || 'cpu');\nawait llama.dispose();\n",
  );
  const said = await mustRun('Loading the packed model runtime', developmentNode(), [probe], {
    cwd: stage,
    timeoutMs: 60_000,
  });
  rmSync(probe);
  return said.trim();
}

/** Asks the packed server of the Model Context Protocol to count, from the packed place, as an assistant does. */
async function checkMcp(stage) {
  const client = join(stage, 'dist/client.mjs');
  const messages = [
    { id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'package', version: '1' } } }, // prettier-ignore
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/call', params: { name: 'querent_count', arguments: { file: 'falls.pubmed' } } },
  ];
  writeFileSync(
    client,
    `import { spawn } from 'node:child_process';
const server = spawn(process.execPath, ['dist/cli.cjs', 'mcp', '--root', 'samples', '--corpus', 'samples/citations.jsonl'], { stdio: ['pipe', 'pipe', 'inherit'] });
for (const message of ${JSON.stringify(messages)}) server.stdin.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
let output = '';
server.stdout.on('data', (chunk) => {
  output += chunk;
  const answer = output.split('\\n').slice(0, -1).map((line) => JSON.parse(line)).find(({ id }) => id === 2);
  if (answer === undefined) return;
  console.log(answer.result.content[0].text.split('\\n')[0]);
  server.stdin.end();
});
server.on('close', (code) => (process.exitCode = code));
`,
  );
  const said = await mustRun('Asking the packed tools', developmentNode(), [client], {
    cwd: stage,
    timeoutMs: 60_000,
  });
  rmSync(client);
  if (!/\d+ records, \d+ of \d+ seeds/.test(said)) throw new Error(`The packed tools do not count: ${said}`);
  return `tools answer: ${said.trim()}`;
}

/**
 * @param {{target?: string, out?: string, log?: (line: string) => void}} options
 * @returns {Promise<{file: string, bytes: number, files: string[]}>}
 */
export async function makePackage({ target = currentTarget(), out, log = console.log } = {}) {
  const stage = join(cacheFolder, `package-${target}`);
  const file = out ?? join(root, 'dist', `querent-${target}.vsix`);
  gather(stage);
  const built = await build({ minify: true, shippedOnly: true, out: join(stage, 'dist') });
  if (built.skipped.length > 0) throw new Error(`Cannot package without ${built.skipped.join(', ')}.`);
  const runtimePackages = await copyModelRuntime(join(stage, 'dist/node_modules'), target);
  const bundled = built.inputs
    .map((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0])
    .filter(Boolean);
  const folders = [...new Set(bundled.map((folder) => join(root, folder))), ...runtimePackages];
  const notices = thirdPartyNotices(folders);
  writeFileSync(join(stage, 'ThirdPartyNotices.txt'), notices.text);
  log(`${notices.count} packages are shipped, all under licences that allow it.`);
  if (target === currentTarget()) {
    log(await checkModelRuntime(stage));
    log(await checkMcp(stage));
  }
  mkdirSync(dirname(file), { recursive: true });
  const vsce = [
    join(root, 'node_modules/@vscode/vsce/vsce'),
    'package',
    '--no-dependencies',
    '--target',
    target,
    '--out',
    file,
  ];
  const flags = ['--allow-missing-repository', '--no-rewrite-relative-links', '--skip-license'];
  await mustRun('Packing the extension', developmentNode(), [...vsce, ...flags], {
    cwd: stage,
    timeoutMs: 120_000,
  });
  const files = await packedFiles(file);
  const bytes = statSync(file).size;
  const faults = listingFaults(files, bytes);
  if (faults.length > 0) throw new Error(`The package is not fit to be shipped:\n${faults.join('\n')}`);
  log(
    `${file}: ${files.length} files, ${megabytes(bytes)} (${megabytes(bytesBelow(join(stage, 'dist/node_modules')))} of model runtime unpacked).`,
  );
  rmSync(stage, { recursive: true, force: true });
  return { file, bytes, files };
}

/** Paths inside the extension's folder of a package, as the zip's own directory lists them. */
async function packedFiles(file) {
  const bytes = readFileSync(file);
  const names = [];
  // The end record lies in the last 64 KiB and tells where the directory starts and how many entries it has.
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== 0x06054b50) end -= 1;
  if (end < 0) throw new Error(`${file} is not a zip file.`);
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    names.push(bytes.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names
    .filter((name) => name.startsWith('extension/') && !name.endsWith('/'))
    .map((name) => name.slice('extension/'.length));
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const value = (name) =>
    process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined;
  const started = performance.now();
  try {
    const { file } = await makePackage({
      target: value('--target'),
      out: value('--out') && resolve(value('--out')),
    });
    console.log(`Packaged ${file} in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
