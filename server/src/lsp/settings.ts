import type { Settings } from '../protocol.ts';

/** What holds until the client says otherwise, and for clients that cannot be asked. The manifest repeats it. */
export const defaultSettings: Settings = {
  library: { path: '', headingsAsText: false },
  mesh: { path: '' },
  inlayHints: { enabled: true, grouping: true },
  codeLens: { enabled: true, lines: 'live' },
  live: { measureWhileTyping: false, email: '', eutilsAddress: '', trialsAddress: '' },
  http: { proxy: '', proxyStrictSSL: true, noProxy: [], proxySupport: 'override' },
  model: {
    path: '',
    gpu: 'auto',
    threads: 0,
    idleMinutes: 10,
    gpuLayers: -1,
    contextTokens: 4096,
    samples: 4,
    template: 'auto',
    endpoint: '',
    endpointModel: '',
    channel: '',
    channelKey: '',
    pinnedVersion: '',
    checkForUpdates: 'never',
  },
  rewrite: { budget: 1500, recallFloor: 0, rounds: 1, inlineCompletion: false },
  format: { lineWidth: 0, tags: 'keep' },
  sql: { enabled: true, database: '', dialect: 'sqlite', previewRows: 100, timeoutSeconds: 5 },
  lint: {},
};

const levels = new Set(['off', 'hint', 'information', 'warning', 'error']);

/**
 * Reads whatever the client sent as `querent` section. Wrong values are replaced by defaults and named in `problems`; unknown
 * keys are left alone, since other parts of the extension have settings of their own.
 * @param http what the client sent as `http` section, VS Code's own
 */
export function readSettings(
  raw: unknown,
  http?: unknown,
): {
  readonly settings: Settings;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const root = asObject(raw);
  const value = <T>(section: string, key: string, fallback: T, valid: (value: unknown) => value is T): T => {
    const given = asObject(root[section])[key];
    if (given === undefined || given === null) return fallback;
    if (valid(given)) return given;
    problems.push(
      `querent.${section}.${key} cannot be ${shown(given)}; ${JSON.stringify(fallback)} is used instead.`,
    );
    return fallback;
  };
  const d = defaultSettings;
  const lint: Record<string, Settings['lint'][string]> = {};
  for (const [rule, level] of Object.entries(asObject(root['lint']))) {
    if (isLevel(level)) lint[rule] = level;
    else problems.push(`querent.lint: ${rule} must be off, hint, information, warning or error.`);
  }
  const settings: Settings = {
    library: {
      path: value('library', 'path', d.library.path, isText),
      headingsAsText: value('library', 'headingsAsText', d.library.headingsAsText, isBoolean),
    },
    mesh: { path: value('mesh', 'path', d.mesh.path, isText) },
    inlayHints: {
      enabled: value('inlayHints', 'enabled', d.inlayHints.enabled, isBoolean),
      grouping: value('inlayHints', 'grouping', d.inlayHints.grouping, isBoolean),
    },
    codeLens: {
      enabled: value('codeLens', 'enabled', d.codeLens.enabled, isBoolean),
      lines: value(
        'codeLens',
        'lines',
        d.codeLens.lines,
        (given) => given === 'live' || given === 'always' || given === 'never',
      ),
    },
    live: {
      measureWhileTyping: value('live', 'measureWhileTyping', d.live.measureWhileTyping, isBoolean),
      email: value('live', 'email', d.live.email, isText),
      eutilsAddress: value('live', 'eutilsAddress', d.live.eutilsAddress, isAddress),
      trialsAddress: value('live', 'trialsAddress', d.live.trialsAddress, isAddress),
    },
    http: readHttp(http, d.http),
    model: {
      path: value('model', 'path', d.model.path, isText),
      gpu: value('model', 'gpu', d.model.gpu, (given) => given === 'auto' || given === 'off'),
      threads: value('model', 'threads', d.model.threads, isCount),
      idleMinutes: value('model', 'idleMinutes', d.model.idleMinutes, isCount),
      gpuLayers: value('model', 'gpuLayers', d.model.gpuLayers, isWithin(-1, 10_000)),
      contextTokens: value('model', 'contextTokens', d.model.contextTokens, isWithin(512, 1_048_576)),
      samples: value('model', 'samples', d.model.samples, isWithin(1, 8)),
      template: value('model', 'template', d.model.template, isText),
      endpoint: value('model', 'endpoint', d.model.endpoint, isText),
      endpointModel: value('model', 'endpointModel', d.model.endpointModel, isText),
      channel: value('model', 'channel', d.model.channel, isText),
      channelKey: value('model', 'channelKey', d.model.channelKey, isText),
      pinnedVersion: value('model', 'pinnedVersion', d.model.pinnedVersion, isText),
      checkForUpdates: value(
        'model',
        'checkForUpdates',
        d.model.checkForUpdates,
        (given) => given === 'never' || given === 'daily',
      ),
    },
    rewrite: {
      budget: value('rewrite', 'budget', d.rewrite.budget, isCount),
      recallFloor: value('rewrite', 'recallFloor', d.rewrite.recallFloor, isShare),
      rounds: value('rewrite', 'rounds', d.rewrite.rounds, isWithin(0, 3)),
      inlineCompletion: value('rewrite', 'inlineCompletion', d.rewrite.inlineCompletion, isBoolean),
    },
    format: {
      lineWidth: value('format', 'lineWidth', d.format.lineWidth, isCount),
      tags: value('format', 'tags', d.format.tags, (given) => given === 'keep' || given === 'short'),
    },
    sql: {
      enabled: value('sql', 'enabled', d.sql.enabled, isBoolean),
      database: value('sql', 'database', d.sql.database, isText),
      dialect: value(
        'sql',
        'dialect',
        d.sql.dialect,
        (given) => given === 'sqlite' || given === 'postgresql',
      ),
      previewRows: value('sql', 'previewRows', d.sql.previewRows, isWithin(1, 10_000)),
      timeoutSeconds: value('sql', 'timeoutSeconds', d.sql.timeoutSeconds, isWithin(1, 600)),
    },
    lint,
  };
  return { settings, problems };
}

/** A value for the log: an address may have a password in it, by mistake. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).replace(/(\/\/)[^/@]*@/g, '$1…@');
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** VS Code checks its own settings; what does not fit is not ours to report. */
function readHttp(raw: unknown, fallback: Settings['http']): Settings['http'] {
  const { proxy, proxyStrictSSL, noProxy, proxySupport } = asObject(raw);
  return {
    proxy: isText(proxy) ? proxy.trim() : fallback.proxy,
    proxyStrictSSL: isBoolean(proxyStrictSSL) ? proxyStrictSSL : fallback.proxyStrictSSL,
    noProxy: Array.isArray(noProxy) ? noProxy.filter(isText) : fallback.noProxy,
    proxySupport: isProxySupport(proxySupport) ? proxySupport : fallback.proxySupport,
  };
}

function isProxySupport(value: unknown): value is Settings['http']['proxySupport'] {
  return value === 'off' || value === 'on' || value === 'fallback' || value === 'override';
}

/** Empty, or an address of the web without a name and password in it: secrets do not belong into settings. */
function isAddress(value: unknown): value is string {
  if (!isText(value)) return false;
  if (value.trim() === '') return true;
  if (!URL.canParse(value.trim())) return false;
  const { protocol, username, password } = new URL(value.trim());
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isShare(value: unknown): value is number {
  return isCount(value) && value <= 1;
}

function isWithin(least: number, most: number): (value: unknown) => value is number {
  return (value): value is number =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

function isLevel(value: unknown): value is Settings['lint'][string] {
  return typeof value === 'string' && levels.has(value);
}
