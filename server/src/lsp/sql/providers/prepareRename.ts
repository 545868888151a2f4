import type { PrepareRenameParams, PrepareRenameResult } from 'vscode-languageserver/node';
import { prepareSqlRename } from '@querent/core/features';
import { UserFacingError } from '../../runSafe.ts';
import { lspRange, offsetOf } from '../../services.ts';
import { schemaSoon } from '../schemaSoon.ts';
import type { SqlProvider } from './index.ts';

/** Whether the name at the cursor can be renamed; where not, the editor shows why. */
export const prepareRenameProvider: SqlProvider = {
  request: 'textDocument/prepareRename',
  async answer(services, document, { position }: PrepareRenameParams): Promise<PrepareRenameResult> {
    const schema = await schemaSoon(services, document);
    const found = prepareSqlRename(document.parsed, offsetOf(document, position), schema);
    if ('problem' in found) throw new UserFacingError(found.problem);
    return { range: lspRange(document, found.range), placeholder: found.placeholder };
  },
};
