interface LspEdit {
  range: { start: { line: number; character: number }; end: { line: number; character: number } };
  newText: string;
}

/** The edits of a workspace edit, in either of its two forms. */
export function editsOf(edit: Record<string, unknown>): LspEdit[] {
  const { changes, documentChanges } = edit as {
    changes?: Record<string, LspEdit[]>;
    documentChanges?: { edits: LspEdit[] }[];
  };
  return [...Object.values(changes ?? {}).flat(), ...(documentChanges ?? []).flatMap(({ edits }) => edits)];
}
