import * as vscode from 'vscode';
import type { RecordsItem, RecordsResult } from '@querent/server/protocol';

/** A row of the results view. */
export interface RecordNode {
  readonly kind: 'section' | 'missed' | 'record' | 'more';
  readonly label: string;
  readonly id?: string;
  readonly url?: string;
  readonly description?: string;
  readonly tooltip?: string;
  readonly isSeed?: boolean;
  readonly children?: readonly RecordNode[];
}

/** The rows of the results view: seeds that the line misses first, then what it finds, then a row to load more. */
export class RecordsTree implements vscode.TreeDataProvider<RecordNode> {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  #missed: readonly RecordNode[] = [];
  #records: readonly RecordNode[] = [];
  #count = 0;

  /** Number of found records shown so far. */
  get loaded(): number {
    return this.#records.length;
  }

  show(result: RecordsResult): void {
    this.#missed = result.missedSeeds.map((seed) =>
      toNode(seed, 'missed', seed.inLibrary ? undefined : 'not in this database'),
    );
    this.#records = [];
    this.append(result);
  }

  append(result: RecordsResult): void {
    this.#records = [
      ...this.#records,
      ...result.items.map((item) => toNode(item, 'record', item.isSeed ? 'seed' : undefined)),
    ];
    this.#count = result.measurement.count;
    this.#changed.fire();
  }

  clear(): void {
    this.#missed = [];
    this.#records = [];
    this.#count = 0;
    this.#changed.fire();
  }

  getChildren(node?: RecordNode): RecordNode[] {
    if (node) return [...(node.children ?? [])];
    if (this.#missed.length === 0 && this.#count === 0 && this.#records.length === 0) return [];
    const rest = this.#count - this.#records.length;
    const found: RecordNode = {
      kind: 'section',
      label: 'Found',
      description: this.#count.toLocaleString(),
      children: [
        ...this.#records,
        ...(rest > 0
          ? [{ kind: 'more', label: 'Show more', description: `${rest.toLocaleString()} more` } as const]
          : []),
      ],
    };
    if (this.#missed.length === 0) return [found];
    return [
      {
        kind: 'section',
        label: 'Missed seeds',
        description: String(this.#missed.length),
        children: this.#missed,
      },
      found,
    ];
  }

  getTreeItem(node: RecordNode): vscode.TreeItem {
    const item = new vscode.TreeItem(
      node.label,
      node.kind === 'section'
        ? vscode.TreeItemCollapsibleState.Expanded
        : vscode.TreeItemCollapsibleState.None,
    );
    item.description = node.description;
    item.tooltip = node.tooltip;
    item.contextValue =
      node.kind === 'section' || node.kind === 'more' ? node.kind : `record${node.url ? ' link' : ''}`;
    item.iconPath = iconOf(node);
    if (node.kind === 'more') item.command = { command: 'querent.records.loadMore', title: 'Show More' };
    if (node.isSeed || node.kind === 'missed')
      item.accessibilityInformation = {
        label: `${node.kind === 'missed' ? 'Missed seed: ' : ''}${node.label}, ${node.description ?? ''}`,
      };
    return item;
  }
}

function iconOf(node: RecordNode): vscode.ThemeIcon | undefined {
  if (node.kind === 'missed')
    return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  if (node.isSeed) return new vscode.ThemeIcon('star-full');
  if (node.kind === 'more') return new vscode.ThemeIcon('fold-down');
  return node.kind === 'record' ? new vscode.ThemeIcon('file') : undefined;
}

function toNode(item: RecordsItem, kind: 'missed' | 'record', mark: string | undefined): RecordNode {
  const authors =
    item.authors.length > 3 ? `${item.authors.slice(0, 3).join(', ')} et al.` : item.authors.join(', ');
  // A record that the database does not hold has its id for a title.
  const isNamed = item.title !== '' && item.title !== item.id;
  return {
    kind,
    label: isNamed ? item.title : `Record ${item.id}`,
    id: item.id,
    ...(item.url === undefined ? {} : { url: item.url }),
    description: [mark, item.year, item.journal, isNamed ? item.id : undefined]
      .filter((part) => part !== undefined && part !== '')
      .join(' · '),
    tooltip: [
      isNamed ? item.title : '',
      authors,
      [item.journal, item.year].filter(Boolean).join(', '),
      `Id ${item.id}`,
    ]
      .filter(Boolean)
      .join('\n'),
    isSeed: item.isSeed,
  };
}
