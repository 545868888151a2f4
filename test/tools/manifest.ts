import { tools } from '../../server/src/tools/index.ts';

/** Told to models of the editor only: elsewhere nothing is open. */
const openOne = ' Without "strategy" and "file" the strategy that is open in the editor is meant.';

/** The setting `contributes.languageModelTools` of the manifest, made from the definitions of the tools. */
export function languageModelTools(): readonly Readonly<Record<string, unknown>>[] {
  return tools.map((tool) => ({
    name: tool.name,
    displayName: tool.title,
    modelDescription: `${tool.description}${openOne}`,
    userDescription: tool.userDescription,
    toolReferenceName: tool.referenceName,
    canBeReferencedInPrompt: true,
    icon: tool.icon,
    tags: ['querent', 'pubmed', 'systematic-review', 'read-only'],
    inputSchema: tool.inputSchema,
  }));
}
