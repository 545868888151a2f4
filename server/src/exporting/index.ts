export { ExportError, exportRecords } from './exportRecords.ts';
export type { ExportOptions, Exported, ExportProgress } from './exportRecords.ts';
export { exportRows } from './exportRows.ts';
