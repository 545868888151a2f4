import * as vscode from 'vscode';
import type { RecordsItem, RecordsResult } from '@querent/server/protocol';

/** A row of the results view. */
export interface RecordNode {
  readonly kind: 'section' | 'missed' | 'record' | 'more' | 'problem';
  readonly label: string;
  readonly id?: string;
  readonly url?: string;
  readonly description?: string;
  readonly tooltip?: string;
  readonly isSeed?: boolean;
  readonly children?: readonly RecordNode[];
  /** Shown closed at first. */
  readonly isClosed?: boolean;
}

/** A list of found seeds that is longer than this is shown closed: the records below it are what is looked for. */
const openSeeds = 20;

/** The rows of the results view: seeds that the line misses, seeds that it finds, and all that it finds, with a row to load more. */
export class RecordsTree implements vscode.TreeDataProvider<RecordNode> {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  #missed: readonly RecordNode[] = [];
  #foundSeeds: readonly RecordNode[] = [];
  #foundSeedsInAll = 0;
  #records: readonly RecordNode[] = [];
  #count: number | undefined;
  #problem: string | undefined;

  /** Number of found records shown so far. */
  get loaded(): number {
    return this.#records.length;
  }

  /** Whether seeds are missed. */
  get hasMissed(): boolean {
    return this.#missed.length > 0;
  }

  show(result: RecordsResult): void {
    this.#missed = result.missedSeeds.map((seed) =>
      toNode(seed, 'missed', seed.inLibrary ? undefined : 'not in this database'),
    );
    this.#foundSeeds = result.foundSeeds.map((seed) => toNode(seed, 'record', undefined));
    this.#foundSeedsInAll = result.measurement.found.length;
    this.#records = [];
    this.append(result);
  }

  append(result: RecordsResult): void {
    this.#records = [
      ...this.#records,
      ...result.items.map((item) => toNode(item, 'record', item.isSeed ? 'seed' : undefined)),
    ];
    this.#count = result.measurement.count;
    this.#problem = result.listProblem;
    this.#changed.fire();
  }

  clear(): void {
    this.#missed = [];
    this.#foundSeeds = [];
    this.#foundSeedsInAll = 0;
    this.#records = [];
    this.#count = undefined;
    this.#problem = undefined;
    this.#changed.fire();
  }

  getChildren(node?: RecordNode): RecordNode[] {
    if (node) return [...(node.children ?? [])];
    if (this.#count === undefined) return [];
    const sections: RecordNode[] = [];
    if (this.#missed.length > 0)
      sections.push({
        kind: 'section',
        label: 'Missed seeds',
        description: this.#missed.length.toLocaleString(),
        children: this.#missed,
      });
    if (this.#foundSeeds.length > 0)
      sections.push({
        kind: 'section',
        label: 'Found seeds',
        description: this.#foundSeedsInAll.toLocaleString(),
        children: this.#foundSeeds,
        isClosed: this.#foundSeeds.length > openSeeds,
      });
    return [...sections, this.#found(this.#count)];
  }

  #found(count: number): RecordNode {
    const rest = count - this.#records.length;
    const more: readonly RecordNode[] =
      rest <= 0
        ? []
        : this.#problem === undefined
          ? [{ kind: 'more', label: 'Show more', description: `${rest.toLocaleString()} more` }]
          : [
              {
                kind: 'problem',
                label: 'The records cannot be listed now',
                description: this.#problem,
                tooltip: `${this.#problem}\nClick to try again.`,
              },
            ];
    return {
      kind: 'section',
      label: 'Found',
      description: count.toLocaleString(),
      children: [...this.#records, ...more],
    };
  }

  getTreeItem(node: RecordNode): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(
      node.label,
      node.kind !== 'section' ? None : node.isClosed === true ? Collapsed : Expanded,
    );
    item.description = node.description;
    item.tooltip = node.tooltip;
    item.contextValue = contextOf(node);
    item.iconPath = iconOf(node);
    if (node.kind === 'more' || node.kind === 'problem')
      item.command = {
        command: 'querent.records.loadMore',
        title: node.kind === 'more' ? 'Show More' : 'Try Again',
      };
    if (node.isSeed || node.kind === 'missed')
      item.accessibilityInformation = {
        label: `${node.kind === 'missed' ? 'Missed seed: ' : ''}${node.label}, ${node.description ?? ''}`,
      };
    return item;
  }
}

/** By it menus tell rows apart. */
function contextOf(node: RecordNode): string {
  if (node.kind === 'section')
    return `section${node.label === 'Missed seeds' ? ' missed' : node.label === 'Found' ? ' found' : ''}`;
  return node.kind === 'more' || node.kind === 'problem' ? node.kind : `record${node.url ? ' link' : ''}`;
}

function iconOf(node: RecordNode): vscode.ThemeIcon | undefined {
  if (node.kind === 'missed')
    return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  if (node.kind === 'problem')
    return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
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
