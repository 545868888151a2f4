import type { Feature } from '../services.ts';
import { buildLibrary } from './buildLibrary.ts';
import { checkpoints } from './checkpoints.ts';
import { codeAction } from './codeAction.ts';
import { codeLens } from './codeLens.ts';
import { completeness } from './completeness.ts';
import { completion } from './completion.ts';
import { convertOvid } from './convertOvid.ts';
import { countHistory } from './countHistory.ts';
import { diagnostics } from './diagnostics.ts';
import { documentLink } from './documentLink.ts';
import { documentSymbol } from './documentSymbol.ts';
import { explain } from './explain.ts';
import { exportRecords } from './exportRecords.ts';
import { foldingRange } from './foldingRange.ts';
import { formatting } from './formatting.ts';
import { hover } from './hover.ts';
import { inlayHint } from './inlayHint.ts';
import { inlineCompletion } from './inlineCompletion.ts';
import { definition } from './definition.ts';
import { documentHighlight } from './documentHighlight.ts';
import { measureStrategy } from './measureStrategy.ts';
import { missedSeeds } from './missedSeeds.ts';
import { models } from './models.ts';
import { ncbiKey } from './ncbiKey.ts';
import { rankRecords } from './rankRecords.ts';
import { records } from './records.ts';
import { references } from './references.ts';
import { refactor } from './refactor.ts';
import { rename } from './rename.ts';
import { reports } from './reports.ts';
import { rewrite } from './rewrite.ts';
import { searchFiles } from './searchFiles.ts';
import { selectionRange } from './selectionRange.ts';
import { semanticTokens } from './semanticTokens.ts';
import { signatureHelp } from './signatureHelp.ts';
import { sqlRequests } from '../sql/requests/index.ts';
import { tool } from './tool.ts';

/** Every language feature; a new one is a file and a line here. */
export const features: readonly Feature[] = [
  diagnostics,
  hover,
  completion,
  inlineCompletion,
  inlayHint,
  codeLens,
  codeAction,
  documentSymbol,
  documentLink,
  foldingRange,
  definition,
  references,
  documentHighlight,
  rename,
  selectionRange,
  semanticTokens,
  formatting,
  records,
  exportRecords,
  measureStrategy,
  countHistory,
  missedSeeds,
  completeness,
  ncbiKey,
  rankRecords,
  reports,
  refactor,
  rewrite,
  explain,
  models,
  checkpoints,
  tool,
  buildLibrary,
  convertOvid,
  searchFiles,
  signatureHelp,
  ...sqlRequests,
];
