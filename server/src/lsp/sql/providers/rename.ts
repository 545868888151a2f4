import type { RenameParams, WorkspaceEdit } from 'vscode-languageserver/node';
import { sqlRename } from '@querent/core/features';
import { UserFacingError } from '../../runSafe.ts';
import { offsetOf, workspaceEdit } from '../../services.ts';
import { schemaSoon } from '../schemaSoon.ts';
import type { SqlProvider } from './index.ts';

/** Renames what a statement itself gives a name to; what the database has is refused in words. */
export const renameProvider: SqlProvider = {
  request: 'textDocument/rename',
  async answer(services, document, { position, newName }: RenameParams): Promise<WorkspaceEdit> {
    const schema = await schemaSoon(services, document);
    const edits = sqlRename(document.parsed, offsetOf(document, position), String(newName), schema);
    if ('problem' in edits) throw new UserFacingError(edits.problem);
    return workspaceEdit(services, document, edits);
  },
};
