import { dirname } from 'node:path';
import * as vscode from 'vscode';
import {
  modelsMethod,
  type ModelEntry,
  type ModelsParams,
  type ModelsResult,
} from '@querent/server/protocol';
import { entryOf, type Checkpoints } from '../checkpoints/checkpoints.ts';
import { activate, clearOtherModels, deactivate } from '../checkpoints/pulling.ts';
import type { ExtensionParts } from '../context.ts';
import { plainText } from '../plainText.ts';
import { machineText, modelWords } from './modelWording.ts';

/** Where models were found before, for the next time. */
const foldersKey = 'querent.modelFolders';

type Choice =
  | { readonly kind: 'model'; readonly entry: ModelEntry }
  | { readonly kind: 'browse' | 'server' | 'none' | 'checkpoints' };
interface ModelPick extends vscode.QuickPickItem {
  readonly choice?: Choice;
}

/**
 * `querent.chooseModel`: the models on this machine and on the model server, with what each needs and what it was measured to do, and the
 * published checkpoints. Settings of models are machine-scoped: a model is a file of this machine, or costs.
 */
export function registerChooseModel(parts: ExtensionParts, checkpoints: Checkpoints): void {
  parts.context.subscriptions.push(
    vscode.commands.registerCommand('querent.chooseModel', async () => {
      const choice = await pickModel(parts);
      if (choice?.kind === 'model') await useModel(parts, checkpoints, choice.entry);
      else if (choice?.kind === 'checkpoints')
        await vscode.commands.executeCommand('querent.showCheckpoints');
      else if (choice?.kind === 'browse') await browse(parts);
      else if (choice?.kind === 'server') await chooseOnServer(parts);
      else if (choice?.kind === 'none') {
        await setModel({ path: '', endpoint: '' });
        await deactivate(parts, checkpoints);
      }
    }),
  );
}

/** Longest that the list stays empty while files are looked through and a server is asked, in milliseconds. */
const patienceMs = 3000;

/** The list opens at once, and is filled in one go: rows that move are rows that are clicked by mistake. */
async function pickModel(parts: ExtensionParts): Promise<Choice | undefined> {
  const picker = vscode.window.createQuickPick<ModelPick>();
  picker.title = 'Language Model';
  picker.placeholder = 'Looking for models…';
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.busy = true;
  const timer = setTimeout(() => (picker.items = otherItems()), patienceMs);
  const source = new vscode.CancellationTokenSource();
  const folders = parts.context.globalState.get<readonly string[]>(foldersKey, []);
  void askForModels(parts, { folders }, source.token).then(
    (result) => {
      clearTimeout(timer);
      picker.busy = false;
      picker.placeholder = machineText(result);
      picker.items = modelItems(result.models);
    },
    (error: unknown) => {
      clearTimeout(timer);
      picker.busy = false;
      picker.items = otherItems();
      picker.placeholder = plainText(error instanceof Error ? error.message : String(error));
    },
  );
  return new Promise((resolve) => {
    picker.onDidAccept(() => {
      const choice = picker.selectedItems[0]?.choice;
      if (!choice) return;
      resolve(choice);
      picker.hide();
    });
    picker.onDidHide(() => {
      clearTimeout(timer);
      source.cancel();
      source.dispose();
      picker.dispose();
      resolve(undefined);
    });
    picker.show();
  });
}

async function askForModels(
  { client }: ExtensionParts,
  params: ModelsParams,
  token?: vscode.CancellationToken,
): Promise<ModelsResult> {
  // A token that is passed on as undefined would be taken for a parameter.
  const result = await (token === undefined
    ? client.sendRequest<ModelsResult | null>(modelsMethod, params)
    : client.sendRequest<ModelsResult | null>(modelsMethod, params, token));
  return result ?? { models: [], machine: { memoryBytes: 0 } };
}

/** What can be used at once and what else can be done stand above the published models, of which there are many. */
function modelItems(models: readonly ModelEntry[]): ModelPick[] {
  const others = models.filter(({ isCurrent }) => !isCurrent);
  const ofKind = (kind: ModelEntry['kind']): ModelEntry[] =>
    others.filter((entry) => entry.kind === kind && entry.checkpoint === undefined);
  return [
    ...group(
      'in use',
      models.filter(({ isCurrent }) => isCurrent),
    ),
    ...group(
      'installed checkpoints',
      others.filter(({ checkpoint }) => checkpoint !== undefined),
    ),
    ...group('on this machine', ofKind('file')),
    ...group('on the model server', ofKind('endpoint')),
    ...otherItems(),
    ...group('published checkpoints', ofKind('published')),
  ];
}

function group(title: string, entries: readonly ModelEntry[]): ModelPick[] {
  return entries.length === 0 ? [] : [separator(title), ...entries.map(modelItem)];
}

const icons = { file: 'chip', endpoint: 'server', published: 'cloud-download' } as const;

function modelItem(entry: ModelEntry): ModelPick {
  const { label, description, detail } = modelWords(entry);
  const icon = entry.isCurrent ? 'check' : entry.checkpoint === undefined ? icons[entry.kind] : 'package';
  return { label: `$(${icon}) ${label}`, description, detail, choice: { kind: 'model', entry } };
}

function otherItems(): ModelPick[] {
  return [
    separator('other'),
    { label: '$(folder-opened) Browse for a GGUF File…', choice: { kind: 'browse' } },
    {
      label: '$(server) Use a Model Server…',
      description: 'vLLM, llama-server, Ollama or another OpenAI-compatible one',
      choice: { kind: 'server' },
    },
    {
      label: '$(package) Checkpoints of a Channel…',
      description: 'trained for searches, by your team or others',
      choice: { kind: 'checkpoints' },
    },
    {
      label: '$(circle-slash) No Model',
      description: 'proposals come from the built-in method',
      choice: { kind: 'none' },
    },
  ];
}

const separator = (label: string): ModelPick => ({ label, kind: vscode.QuickPickItemKind.Separator });

/** A checkpoint is used when no file and no server is set, and after it has answered once. */
async function useCheckpoint(parts: ExtensionParts, checkpoints: Checkpoints, id: string): Promise<void> {
  const entry = entryOf(await checkpoints.refresh(), id);
  if (entry !== undefined && (await activate(parts, checkpoints, entry))) await clearOtherModels();
}

async function useModel(parts: ExtensionParts, checkpoints: Checkpoints, entry: ModelEntry): Promise<void> {
  if (entry.checkpoint !== undefined) return useCheckpoint(parts, checkpoints, entry.checkpoint);
  if (entry.kind === 'file') return useFile(parts, entry.place);
  if (entry.kind === 'endpoint') return setModel({ endpoint: entry.place, endpointModel: entry.name });
  const page = 'Open Page';
  const browseFor = 'Browse for a GGUF File…';
  const how = entry.note ?? 'It has to be fetched and converted to GGUF first, or served by a model server.';
  const choice = await vscode.window.showInformationMessage(
    plainText(`${entry.name} is not on this machine. ${how}`),
    page,
    browseFor,
  );
  if (choice === page)
    await vscode.env.openExternal(vscode.Uri.parse(`https://huggingface.co/${encodeURI(entry.place)}`));
  else if (choice === browseFor) await browse(parts);
}

async function browse(parts: ExtensionParts): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'Language model (GGUF)',
    openLabel: 'Use Model',
    filters: { 'GGUF models': ['gguf'] },
  });
  if (chosen?.[0]) await useFile(parts, chosen[0].fsPath);
}

async function useFile({ context }: ExtensionParts, path: string): Promise<void> {
  const known = context.globalState.get<readonly string[]>(foldersKey, []);
  const folder = dirname(path);
  await context.globalState.update(
    foldersKey,
    [folder, ...known.filter((other) => other !== folder)].slice(0, 10),
  );
  await setModel({ path, endpoint: '' });
}

/** Asks for the address of a model server, and which of its models is wanted. */
async function chooseOnServer(parts: ExtensionParts): Promise<void> {
  const settings = vscode.workspace.getConfiguration('querent');
  const address = await vscode.window.showInputBox({
    title: 'Address of the Model Server',
    prompt:
      'The title, PICO and the strategy are sent there. Its key, if it wants one, is set with “Set Key of Model Server”.',
    placeHolder: 'http://localhost:8000/v1',
    value: settings.get<string>('model.endpoint', ''),
    ignoreFocusOut: true,
    validateInput: (text) =>
      isAddress(text.trim()) ? undefined : 'Write an address that starts with http:// or https://.',
  });
  if (address === undefined) return;
  const endpoint = address.trim();
  try {
    const { models } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: 'Asking the model server' },
      () => askForModels(parts, { endpoint }),
    );
    const served = models.filter(({ kind }) => kind === 'endpoint');
    const usable = served.filter(({ note }) => note === undefined);
    if (usable.length === 0) {
      await offerKey(served[0]?.note ?? `${endpoint} lists no models. Does it speak OpenAI's protocol?`);
      return;
    }
    const picked =
      usable.length === 1
        ? usable[0]
        : (
            await vscode.window.showQuickPick(
              usable.map((entry) => ({ ...modelWords(entry), entry })),
              { title: 'Which Model?', placeHolder: `Models of ${endpoint}`, ignoreFocusOut: true },
            )
          )?.entry;
    if (picked) await setModel({ endpoint, endpointModel: picked.name });
  } catch (error) {
    await offerKey(error instanceof Error ? error.message : String(error));
  }
}

/** A server that cannot be asked often wants a key. */
async function offerKey(message: string): Promise<void> {
  const key = 'Set Key…';
  const choice = await vscode.window.showErrorMessage(plainText(message), key);
  if (choice === key) await vscode.commands.executeCommand('querent.setModelKey');
}

function isAddress(text: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(text) && URL.canParse(text);
}

async function setModel(model: { path?: string; endpoint?: string; endpointModel?: string }): Promise<void> {
  const settings = vscode.workspace.getConfiguration('querent.model');
  for (const [key, value] of Object.entries(model))
    if (settings.get(key) !== value) await settings.update(key, value, vscode.ConfigurationTarget.Global);
}
