import { describe, expect, it } from 'vitest';
import type { ModelEntry } from '@querent/server/protocol';
import { bytesText, machineText, modelWords } from './modelWording.ts';

const entry: ModelEntry = {
  id: 'a',
  name: 'falls-$(trash)-7B.gguf',
  kind: 'file',
  place: '/models/falls.gguf',
  isCurrent: false,
  bytes: 4_400_000_000,
  parameters: '7B',
  quantisation: 'Q4_K_M',
  architecture: 'qwen2',
  task: 'publication search',
  template: 'deepretrieval',
  needsBytes: 5_250_000_000,
  fits: 'tight',
  figures: ['Recall 65.07 on PubMed (Jiang et al. 2025).'],
};

describe('the list of models', () => {
  it('says what a model is, what it needs and what it was measured to do', () => {
    expect(modelWords(entry)).toEqual({
      label: 'falls-$ (trash)-7B.gguf',
      description: '7B · Q4_K_M · 4.4 GB · qwen2',
      detail:
        'Needs 5.3 GB of memory: that is about all that this machine has. Trained for publication search (wording deepretrieval). ' +
        'Recall 65.07 on PubMed (Jiang et al. 2025).',
    });
  });

  it('says nothing of what is not known', () => {
    const bare: ModelEntry = {
      id: 'b',
      name: 'llama',
      kind: 'endpoint',
      place: 'http://x/v1',
      isCurrent: true,
      figures: [],
    };
    expect(modelWords(bare)).toEqual({ label: 'llama', description: 'http://x/v1', detail: '' });
  });

  it.each([
    [12, '1 kB'],
    [93_000_000, '93 MB'],
    [1_500_000, '1.5 MB'],
    [141_000_000_000, '141 GB'],
  ])('writes %i bytes as %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

  it.each([
    [{ memoryBytes: 24e9 }, 'This machine: 24 GB of memory, no graphics card that models can use'],
    [
      { memoryBytes: 24e9, gpu: 'H200', gpuMemoryBytes: 141e9 },
      'This machine: 24 GB of memory, H200 with 141 GB',
    ],
  ])('names the machine', (machine, text) => expect(machineText({ models: [], machine })).toBe(text));
});
