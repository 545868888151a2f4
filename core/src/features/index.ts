export { collectProblems } from './diagnostics.ts';
export { describedAt, hover, queryAt } from './hover.ts';
export type { Hover, HoverContext } from './hover.ts';
export { inlayHints } from './inlayHints.ts';
export type { LineHint } from './inlayHints.ts';
export { groupingHints, groupingReason } from './groupingHints.ts';
export { codeLenses, lineLenses } from './codeLenses.ts';
export type { Lens, LensCommands } from './codeLenses.ts';
export type { Insights, LineInsight } from './insights.ts';
export type { Measurements, MeasurementView } from './measurementView.ts';
export { bar, spanName, sparkline, yearSpans } from './yearChart.ts';
export type { YearSpan } from './yearChart.ts';
export { facetsReport } from './facetsReport.ts';
export { historyReport } from './historyReport.ts';
export type { LineHistory } from './historyReport.ts';
export { completenessReport } from './completenessReport.ts';
export { missedSeedsReport } from './missedSeedsReport.ts';
export type { MissedSeedText } from './missedSeedsReport.ts';
export { overlapReport } from './overlapReport.ts';
export type { ComparedLine } from './overlapReport.ts';
export { explanationReport } from './explanation/index.ts';
export type { Explanation, Finding } from './explanation/index.ts';
export { code, formatAge, formatTime, plain, shorten } from './wording.ts';
export { documentLinks } from './documentLinks.ts';
export type { DocumentLink } from './documentLinks.ts';
export { documentSymbols, lineTitles } from './documentSymbols.ts';
export type { OutlineSymbol } from './documentSymbols.ts';
export { foldingRanges } from './folding.ts';
export type { Fold } from './folding.ts';
export { definition } from './definition.ts';
export type { Definition } from './definition.ts';
export { references } from './references.ts';
export { documentHighlights } from './documentHighlights.ts';
export type { Highlight } from './documentHighlights.ts';
export { prepareRename, rename } from './rename.ts';
export type { RenameProblem } from './rename.ts';
export { semanticTokens, tokenTypes } from './semanticTokens.ts';
export type { SemanticToken, TokenType } from './semanticTokens.ts';
export { codeActions } from './codeActions.ts';
export type { Action, ActionCommands, ActionContext } from './codeActions.ts';
export { convertOvidDocument } from './convertOvid.ts';
export { fixAll } from './fixAll.ts';
export { queryLabelAt } from './queryLabel.ts';
export { findRefactorings, placeAt, refactoringIds } from './refactor/index.ts';
export { formatting } from './formatting.ts';
export type { FormattingOptions } from './formatting.ts';
export { selectionRanges } from './selectionRange.ts';
export {
  blockAt,
  blockChanges,
  blockEdits,
  blockQuery,
  joinsBlocks,
  replaceBlock,
  wholeWith,
  wholeWithLine,
} from './blocks/index.ts';
export type { BlockChange, ProposedBlock, StrategyBlock } from './blocks/index.ts';
export { entryTermsFor, termPlace } from './inlineTerms.ts';
export type { TermPlace } from './inlineTerms.ts';
export { proposalEdits } from './proposalEdits.ts';
export type { AcceptedProposal, ProposalEdit } from './proposalEdits.ts';
export { completion, describeSubject } from './completion/index.ts';
export type { CompletionKind, CompletionSubject } from './completion/index.ts';
export {
  trialsCompletion,
  trialsFormatting,
  trialsHover,
  trialsQueryAt,
  trialsTokens,
} from './trials/index.ts';
export type { TrialsMeasurements } from './trials/index.ts';
export { describeSqlItem, sqlCompletion, sqlOpensByItself } from './sql/completion/index.ts';
export type {
  SqlCompletionItem,
  SqlCompletionKind,
  SqlCompletions,
  SqlSubject,
} from './sql/completion/index.ts';
export { sqlFormatting, sqlFormattingSteps } from './sql/formatting.ts';
export { proposedSql } from './sql/proposed.ts';
export type { SqlFormattingOptions } from './sql/formatting.ts';
export { sqlSemanticTokens, sqlTokenTypes } from './sql/semanticTokens.ts';
export type { SqlSemanticToken, SqlTokenType } from './sql/semanticTokens.ts';
export { sqlCodeActions } from './sql/codeActions.ts';
export type { SqlAction } from './sql/codeActions.ts';
export { sqlHover } from './sql/hover.ts';
export type { SqlHover } from './sql/hover.ts';
export { sqlDefinition } from './sql/definition.ts';
export type { SqlDefinition } from './sql/definition.ts';
export { sqlReferences } from './sql/references.ts';
export { sqlHighlights } from './sql/documentHighlights.ts';
export type { SqlHighlight } from './sql/documentHighlights.ts';
export { prepareSqlRename, sqlRename } from './sql/rename.ts';
export type { SqlRenameProblem, SqlRenameStart } from './sql/rename.ts';
export { sqlSignatureHelp } from './sql/signatureHelp.ts';
export type { SqlSignature, SqlSignatureHelp } from './sql/signatureHelp.ts';
export { sqlSymbols } from './sql/documentSymbols.ts';
export type { SqlOutlineSymbol } from './sql/documentSymbols.ts';
export { sqlSelectionRanges } from './sql/selectionRange.ts';
export { sqlFolds } from './sql/folding.ts';
export type { SqlFold } from './sql/folding.ts';
