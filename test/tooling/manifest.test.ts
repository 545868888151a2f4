import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tokenTypes } from '@querent/core/features';
import { defaultSettings } from '../../server/src/lsp/settings.ts';
import { version } from '../../server/src/lsp/version.ts';
import { clientCommands } from '../../server/src/protocol.ts';

interface Manifest {
  version: string;
  engines: { vscode: string };
  devDependencies: Record<string, string>;
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string }[];
    menus: Record<string, { command?: string; submenu?: string }[]>;
    configuration: { properties: Record<string, { default: unknown; scope: string }> }[];
    semanticTokenScopes: { scopes: Record<string, string[]> }[];
  };
}

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Manifest;
const { contributes } = manifest;
const settings = Object.assign(
  {},
  ...contributes.configuration.map(({ properties }) => properties),
) as Record<string, { default: unknown; scope: string }>;
const commands = contributes.commands.map(({ command }) => command);

describe('the manifest', () => {
  it('has the settings that the server reads, with the same defaults, and no others but the trace of the client library', () => {
    // VS Code's own settings of the network are read, too.
    const { lint, http, ...sections } = defaultSettings;
    expect(Object.keys(http).every((key) => !(`querent.http.${key}` in settings))).toBe(true);
    const read = Object.entries(sections).flatMap(([section, values]) =>
      Object.entries(values).map(([key, value]): [string, unknown] => [`querent.${section}.${key}`, value]),
    );
    const declared = Object.entries(settings).map(([key, setting]): [string, unknown] => [
      key,
      setting.default,
    ]);
    expect(Object.fromEntries(declared)).toEqual({
      ...Object.fromEntries(read),
      'querent.lint': lint,
      'querent.trace.server': 'off',
    });
  });

  it('lets no workspace that is not trusted name files or ask live databases', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    const critical = Object.keys(settings).filter((key) =>
      /\.path$|\.pinnedVersion$|^querent\.live\.(?:measure|.*Address$)/.test(key),
    );
    expect([...restrictedConfigurations].sort()).toEqual(critical.sort());
    // What a workspace cannot set at all needs no restriction.
    const machineOnly = Object.keys(settings).filter(
      (key) => /^querent\.(model|live\.email|live\..*Address)/.test(key) && !key.endsWith('.pinnedVersion'),
    );
    expect(machineOnly.filter((key) => settings[key]?.scope !== 'machine')).toEqual([]);
  });

  it('scopes every kind of semantic token and no other, in every language', () => {
    expect(contributes.semanticTokenScopes).toHaveLength(2);
    for (const { scopes } of contributes.semanticTokenScopes)
      expect(Object.keys(scopes).sort()).toEqual([...tokenTypes].sort());
  });

  it('contributes every command that menus and the server name', () => {
    const inMenus = Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command));
    const named = [...inMenus.filter((command) => command !== undefined), ...Object.values(clientCommands)];
    expect(named.filter((command) => !commands.includes(command))).toEqual([]);
  });

  it('has the version that the server tells, and the types of the oldest VS Code that it allows', () => {
    expect(version).toBe(manifest.version);
    expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies['@types/vscode']}`);
  });
});
