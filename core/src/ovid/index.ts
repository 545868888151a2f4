export { convertOvid } from './convert.ts';
export type { ConvertedLine, OvidConversion, OvidOptions } from './convert.ts';
export { looksLikeOvid } from './looksLikeOvid.ts';
export { readNoteComment } from './notes.ts';
export type { ConversionNote, NoteKind } from './notes.ts';
