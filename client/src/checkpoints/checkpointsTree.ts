import * as vscode from 'vscode';
import type { CheckpointEntry, CheckpointsResult } from '@querent/server/checkpointProtocol';
import { bytesText } from '../features/modelWording.ts';
import {
  byPlace,
  escaped,
  figureInterval,
  figureName,
  figureText,
  figureValue,
  isHere,
  isPinned,
  madeFrom,
  rowText,
  sentence,
  stateText,
  title,
} from './wording.ts';

/** Something that is known of a checkpoint. */
interface FactNode {
  readonly kind: 'fact';
  readonly label: string;
  readonly description?: string;
  readonly tooltip: string;
  readonly icon: string;
  readonly command?: vscode.Command;
}

/** A row of the checkpoints view: a checkpoint, or something that is known of it. */
export type CheckpointNode = { readonly kind: 'checkpoint'; readonly entry: CheckpointEntry } | FactNode;

/** The checkpoints that are installed and that the channel offers, newest first, each with its figures below it. */
export class CheckpointsTree implements vscode.TreeDataProvider<CheckpointNode> {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  #result: CheckpointsResult | undefined;

  get result(): CheckpointsResult | undefined {
    return this.#result;
  }

  show(result: CheckpointsResult | undefined): void {
    this.#result = result;
    this.#changed.fire();
  }

  getChildren(node?: CheckpointNode): CheckpointNode[] {
    if (node === undefined)
      return (this.#result?.entries ?? []).map((entry) => ({ kind: 'checkpoint', entry }));
    return node.kind === 'checkpoint' ? factsOf(node.entry) : [];
  }

  getTreeItem(node: CheckpointNode): vscode.TreeItem {
    if (node.kind === 'fact') {
      const item = new vscode.TreeItem(node.label);
      item.description = node.description;
      item.tooltip = node.tooltip;
      item.iconPath = new vscode.ThemeIcon(node.icon);
      item.contextValue = 'fact';
      item.command = node.command;
      return item;
    }
    const { entry } = node;
    const pinned = this.#result?.pinned;
    const isInUse = entry.state === 'active';
    const item = new vscode.TreeItem(
      title(entry),
      isInUse ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
    );
    item.id = entry.id;
    item.description = rowText(entry, pinned);
    item.tooltip = tooltipOf(entry, pinned);
    item.iconPath = iconOf(entry, isPinned(entry, pinned));
    item.contextValue = contextOf(entry, pinned);
    item.accessibilityInformation = { label: `${title(entry)}, ${rowText(entry, pinned)}` };
    return item;
  }
}

/** What can be done with it, as words that the menus of the manifest look for. */
function contextOf(entry: CheckpointEntry, pinned: string | undefined): string {
  const isInstalled = isHere(entry);
  const canUse = entry.refused === undefined;
  return [
    'checkpoint',
    canUse && !isInstalled && 'pull',
    // Also where its self-test failed: to try it again.
    isInstalled && entry.state !== 'active' && 'activate',
    entry.state !== 'offered' && entry.state !== 'active' && 'remove',
    canUse && isInstalled && (isPinned(entry, pinned) ? 'unpin' : 'pin'),
  ]
    .filter((word) => word !== false)
    .join(' ');
}

const icons = {
  active: new vscode.ThemeIcon('pass-filled', new vscode.ThemeColor('testing.iconPassed')),
  previous: new vscode.ThemeIcon('history'),
  installed: new vscode.ThemeIcon('package'),
  partial: new vscode.ThemeIcon('debug-pause'),
  offered: new vscode.ThemeIcon('cloud'),
} as const;

function iconOf(entry: CheckpointEntry, pinned: boolean): vscode.ThemeIcon {
  if (entry.refused !== undefined)
    return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  return pinned && entry.state !== 'active' ? new vscode.ThemeIcon('pinned') : icons[entry.state];
}

function factsOf(entry: CheckpointEntry): FactNode[] {
  const fact = (
    label: string,
    icon: string,
    description?: string,
    tooltip = `${label} ${description ?? ''}`.trim(),
  ): FactNode => ({
    kind: 'fact',
    label,
    icon,
    tooltip,
    ...(description === undefined ? {} : { description }),
  });
  return [
    ...(entry.refused === undefined ? [] : [fact('Cannot be used here', 'warning', entry.refused)]),
    ...entry.figures.map((figure) => {
      const interval = figureInterval(figure);
      return fact(
        `${capital(figureName(figure))} ${figureValue(figure)}`,
        'graph',
        `${interval === undefined ? '' : `95 % interval ${interval} · `}${figure.on}`,
        `${capital(figureText(figure))}, measured on ${figure.on}; ${figure.n} topic${figure.n === 1 ? '' : 's'}, interval of 95 %. Published with the release by its channel.`,
      );
    }),
    ...(entry.figures.length === 0
      ? [fact('No evaluation was published', 'question', 'nothing is known of how well it searches')]
      : []),
    fact('Released', 'law', entry.gate, `How it passed the gate of its publisher: ${sentence(entry.gate)}`),
    fact('Made from', 'file-binary', madeFrom(entry)),
    {
      ...fact('Release notes', 'note', entry.notes.split('\n')[0] ?? ''),
      command: { command: 'querent.checkpoints.notes', title: 'Release Notes', arguments: [entry.id] },
    },
  ];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Not trusted, as Markdown: the texts are those of whoever publishes. */
function tooltipOf(entry: CheckpointEntry, pinned: string | undefined): vscode.MarkdownString {
  const said = new vscode.MarkdownString();
  said.appendMarkdown(
    `**${escaped(title(entry))}** — ${escaped(stateText(entry))}${isPinned(entry, pinned) ? ', pinned in this workspace' : ''}\n\n`,
  );
  if (entry.refused !== undefined) said.appendMarkdown(`${escaped(entry.refused)}\n\n`);
  for (const { on, figures } of byPlace(entry.figures))
    said.appendMarkdown(
      `${figures.map((figure) => `- ${escaped(figureText(figure))}`).join('\n')}\n\nMeasured on ${escaped(on)}; intervals of 95 %.\n\n`,
    );
  said.appendMarkdown(
    `${escaped(sentence(entry.gate))}\n\n${escaped(madeFrom(entry))}, ${escaped(bytesText(entry.bytes))}`,
  );
  return said;
}
