import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tools } from '../../server/src/tools/index.ts';
import { languageModelTools } from '../tools/manifest.ts';

const root = join(import.meta.dirname, '../..');

interface Contributed {
  readonly name: string;
  readonly toolReferenceName: string;
  readonly modelDescription: string;
}

describe('the tools for other assistants', () => {
  it('are contributed as they are defined: npm run tools brings the manifest up to date', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      contributes: { languageModelTools: readonly Contributed[] };
    };
    expect(manifest.contributes.languageModelTools).toEqual(languageModelTools());
  });

  it.each(tools.map((tool) => [tool.name, tool] as const))(
    '%s is described for those who choose it',
    (_, tool) => {
      expect(tool.name).toMatch(/^querent_[a-z]+$/);
      expect(tool.referenceName).toMatch(/^[A-Za-z]+$/);
      expect(tool.icon).toMatch(/^\$\([a-z-]+\)$/);
      // What models are told: that it only reads, and, where records are shown, what their texts are.
      expect(tool.description).toMatch(/changes nothing|Changes nothing|nothing is written/);
      expect(tool.description.length).toBeLessThan(1_000);
      expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      const properties = tool.inputSchema['properties'] as Record<string, { description?: string }>;
      for (const [key, { description }] of Object.entries(properties))
        expect(description, `${tool.name}: ${key}`).toMatch(/\.$|mean/);
      expect(readFileSync(join(root, 'docs/assistants.md'), 'utf8')).toContain(`\`${tool.name}\``);
    },
  );
});
