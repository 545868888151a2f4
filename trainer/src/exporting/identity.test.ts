import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInTasks } from '@querent/core/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityOf } from './identity.ts';
import type { ExportOptions } from './options.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-identity-'));
});
afterAll(() => rm(folder, { recursive: true }));

let models = 0;
async function options(
  name: string,
  beside?: object,
  more: Partial<ExportOptions> = {},
): Promise<ExportOptions> {
  const model = join(folder, String(models++), name);
  await mkdir(model, { recursive: true });
  if (beside !== undefined) await writeFile(join(model, 'querent.json'), JSON.stringify(beside));
  return { model, out: folder, quantisations: ['Q8_0'], ...more };
}

const direct = builtInTasks.get('publication')?.templates.direct;
if (direct === undefined) throw new Error('no publication search');

describe('what a file says of its origin', () => {
  it('is what the options say', async () => {
    const { stem, name, metadata, task } = await identityOf(
      await options('model', undefined, {
        ...{ template: direct.id, step: 40, version: '1.2.0', licence: 'Apache-2.0', name: 'Ours' },
      }),
    );
    expect({ stem, name, task: task?.id }).toEqual({ stem: 'model', name: 'Ours', task: 'publication' });
    expect(metadata).toEqual({
      'querent.template': direct.id,
      'querent.template.sha256': direct.hash,
      'querent.task': 'publication',
      'querent.step': 40,
      'querent.version': '1.2.0',
      'general.license': 'Apache-2.0',
    });
  });

  it('else what stands beside the model, hash and all', async () => {
    const beside = { template: direct.id, templateSha256: direct.hash, step: 7, licence: 'MIT' };
    const { metadata } = await identityOf(await options('model', beside));
    expect(metadata).toMatchObject({
      'querent.template': direct.id,
      'querent.step': 7,
      'general.license': 'MIT',
    });
    await expect(
      identityOf(await options('model', { ...beside, templateSha256: 'f'.repeat(64) })),
    ).rejects.toThrow(/another wording/);
  });

  it('else what the name of a published checkpoint tells', async () => {
    const { metadata, notes } = await identityOf(await options('DeepRetrieval-PubMed-3B'));
    expect(metadata).toMatchObject({
      'querent.template': 'deepretrieval/pubmed-qwen',
      'querent.task': 'publication',
    });
    expect(metadata['general.license']).toContain('Qwen Research Licence');
    expect(notes.join('\n')).toContain('DeepRetrieval/DeepRetrieval-PubMed-3B');
  });

  it('else nothing, and a note says so', async () => {
    const { metadata, notes } = await identityOf(await options('model'));
    expect(metadata).toEqual({});
    expect(notes.join('\n')).toMatch(/--template[^]*--licence/);
  });

  it('of a task in a folder is its own template', async () => {
    const own = { ...direct, id: 'own/1', hash: 'a'.repeat(64) };
    const { metadata, task } = await identityOf(
      await options('model', undefined, { template: own, task: 'own' }),
    );
    expect(metadata).toMatchObject({ 'querent.template': 'own/1', 'querent.task': 'own' });
    expect(task).toBeUndefined();
  });

  it.each<[Partial<ExportOptions>, RegExp]>([
    [{ template: 'publication-search/999' }, /There is no prompt template "publication-search\/999"/],
    [{ task: 'nothing' }, /There is no task nothing/],
    [{ template: direct.id, task: 'sql' }, /is for the task publication, not for sql/],
    [{ stem: '../up' }, /--stem/],
    [{ stem: '' }, /--stem/],
  ])('%j is refused', async (more, message) => {
    await expect(identityOf(await options('model', undefined, more))).rejects.toThrow(message);
  });

  it('a file beside the model that cannot be used is told by its path', async () => {
    await expect(identityOf(await options('model', { step: 'seven' }))).rejects.toThrow(
      /querent\.json cannot be used: .*step/,
    );
  });
});
