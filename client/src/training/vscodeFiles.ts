import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { FileFacts, RunFiles } from './growingFile.ts';

/** The files of a run: on this machine's disk only what is new is read; elsewhere VS Code gives whole files. */
export function filesOf(folder: vscode.Uri): RunFiles {
  return folder.scheme === 'file' ? diskFiles(folder.fsPath) : remoteFiles(folder);
}

function diskFiles(folder: string): RunFiles {
  return {
    async stat(name) {
      const facts = await stat(join(folder, name)).catch(() => undefined);
      return facts?.isFile() === true ? { size: facts.size, mtime: facts.mtimeMs } : undefined;
    },
    async read(name, from) {
      const file = await open(join(folder, name), 'r');
      try {
        const { size } = await file.stat();
        const bytes = Buffer.alloc(Math.max(0, size - from));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}

function remoteFiles(folder: vscode.Uri): RunFiles {
  return {
    async stat(name): Promise<FileFacts | undefined> {
      try {
        const { size, mtime, type } = await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, name));
        return (type & vscode.FileType.File) === 0 ? undefined : { size, mtime };
      } catch {
        return undefined;
      }
    },
    async read(name, from) {
      return (await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, name))).subarray(from);
    },
  };
}
