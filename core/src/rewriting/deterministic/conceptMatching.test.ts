import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../../mesh/index.ts';
import { mentionsIn } from './conceptMatching.ts';

const thesaurus = loadThesaurus(
  [
    { ui: 'D1', name: 'Pets', entry: ['Pet Animals'] },
    { ui: 'D2', name: 'Positron-Emission Tomography', entry: ['PET Scan'] },
    { ui: 'D3', name: 'Transients and Migrants', entry: ['Transient', 'Migrants'] },
    { ui: 'D4', name: 'Cancer Pain', entry: [] },
    { ui: 'D5', name: 'Pain', entry: ['Ache'] },
    { ui: 'D6', name: 'Kidney Transplantation', entry: ['Kidney Transplant'] },
    { ui: 'D7', name: 'Transplant Recipients', entry: [] },
    { ui: 'D8', name: 'Neoplasms', entry: ['Tumor', 'Tumors', 'Cancer'] },
    {
      ui: 'D9',
      name: 'Anti-Inflammatory Agents, Non-Steroidal',
      entry: ['NSAID', 'Nonsteroidal Anti-Inflammatory Agents'],
    },
    { ui: 'D10', name: 'Alzheimer Disease', entry: ["Alzheimer's Disease"] },
    { ui: 'D11', name: 'Esophageal and Gastric Varices', entry: ['Esophageal Varix', 'Esophageal Varices'] },
    { ui: 'D12', name: 'C-Reactive Protein', entry: ['CRP'], perm: ['C Reactive Protein'] },
    { ui: 'D13', name: 'Sodium Glutamate', entry: ['MSG'] },
  ].map((row) => ({ perm: [], tree: [], pa: [], ...row })),
);

describe('concepts named in a text', () => {
  it.each([
    ['oesophageal varices', ['Esophageal and Gastric Varices']],
    ['treatment of Alzheimer’s disease', ['Alzheimer Disease']],
    ['C-reactive protein', ['C-Reactive Protein']],
    ['c reactive proteins', ['C-Reactive Protein']],
    ['brain tumours', ['Neoplasms']],
    ['kidney transplant recipients', ['Kidney Transplantation']],
    ['pain, cancer pain and pain', ['Pain', 'Cancer Pain']],
    ['serum CRP', ['C-Reactive Protein']],
    // Guards.
    ['18F-FDG PET in dementia', []],
    ['transient elastography', []],
    ['chronic non-cancer pain', ['Pain']],
    ['crp', []],
    ['cancer. Pain', ['Neoplasms', 'Pain']],
    ['', []],
  ])('%j names %j', (text, names) =>
    expect(mentionsIn(text, thesaurus).map(({ descriptor }) => descriptor.name)).toEqual(names),
  );
});
