// The licences of the packages that the extension ships.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPILED_NOTICES } from './compiledNotices.mjs';

/** Licences that may be shipped in an extension under MIT. No copyleft. */
const ACCEPTED = new Set([
  ...[
    'MIT',
    'MIT-0',
    'ISC',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    '0BSD',
    'BlueOak-1.0.0',
    'Unlicense',
  ],
  ...['CC0-1.0', 'Python-2.0', 'Zlib', 'WTFPL'],
]);

/** Whether an SPDX expression leaves an acceptable choice. */
export function isAccepted(expression) {
  const bare = String(expression ?? '').replace(/[()]/g, ' ');
  return bare
    .split(/\s+OR\s+/i)
    .some((choice) => choice.split(/\s+AND\s+/i).every((licence) => ACCEPTED.has(licence.trim())));
}

/**
 * @param {string} folder of an installed package
 * @returns {{name: string, version: string, licence: string, text: string | undefined}}
 */
function licenceOf(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const declared = manifest.license ?? manifest.licenses?.[0];
  const licence = typeof declared === 'string' ? declared : (declared?.type ?? 'unknown');
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(name));
  const text = [
    ...files.map((name) => readFileSync(join(folder, name), 'utf8').trim()),
    ...[COMPILED_NOTICES[manifest.name] ?? []].flat(),
  ].join('\n\n');
  return { name: manifest.name, version: manifest.version, licence, text: text || undefined };
}

/**
 * The notices file for the packages in `folders`; throws, naming them, when any has a licence that may not be shipped.
 * @param {readonly string[]} folders
 */
export function thirdPartyNotices(folders) {
  const packages = new Map();
  for (const folder of folders.filter((candidate) => existsSync(join(candidate, 'package.json')))) {
    const found = licenceOf(folder);
    packages.set(`${found.name}@${found.version}`, found);
  }
  const sorted = [...packages.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const refused = sorted.filter((found) => !isAccepted(found.licence));
  if (refused.length > 0) {
    const list = refused.map((found) => `${found.name} ${found.version}: ${found.licence}`).join('\n');
    throw new Error(`These packages may not be shipped:\n${list}`);
  }
  const parts = sorted.map(({ name, version, licence, text }) => {
    const title = `${name} ${version} (${licence})`;
    return `${title}\n${'-'.repeat(title.length)}\n\n${text ?? 'The package ships no licence text; the licence named above applies.'}\n`;
  });
  return {
    count: sorted.length,
    text: `Querent ships the packages below, each under its own licence.\n\n${parts.join('\n')}`,
  };
}
