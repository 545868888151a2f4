import { BlockList, isIP, isIPv6 } from 'node:net';
import { SearchError } from '@querent/core/search';

/** VS Code's settings of the network (`http.*`). */
export interface ProxySettings {
  /** `http.proxy`: address of a proxy; empty means what the environment says. */
  readonly proxy: string;
  /** `http.noProxy`: hosts that are asked without one; empty means what `NO_PROXY` says. */
  readonly noProxy: readonly string[];
  /** `http.proxyStrictSSL`: whether certificates are checked where a proxy is between. */
  readonly proxyStrictSSL: boolean;
  /** `http.proxySupport`: `off` means no proxy at all; the others are the same to us. */
  readonly proxySupport: 'off' | 'on' | 'fallback' | 'override';
}

/** What holds where nobody says anything: the environment decides. */
export const noProxySettings: ProxySettings = {
  proxy: '',
  noProxy: [],
  proxyStrictSSL: true,
  proxySupport: 'override',
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy through which `address` is asked, as VS Code decides it: the setting goes before `HTTPS_PROXY` and `HTTP_PROXY` (in capital or
 * small letters), and what runs on this machine is asked directly.
 * @throws SearchError `network` when what is named is no HTTP proxy; without a name and password that it may hold
 */
export function proxyFor(address: URL, settings: ProxySettings, environment: Environment): URL | undefined {
  if (settings.proxySupport === 'off' || isThisMachine(address.hostname)) return undefined;
  const names =
    address.protocol === 'https:'
      ? ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']
      : ['HTTP_PROXY', 'http_proxy'];
  const candidates = [
    { origin: 'The setting http.proxy', text: settings.proxy },
    ...names.map((name) => ({ origin: `The environment variable ${name}`, text: environment[name] ?? '' })),
  ];
  const named = candidates.find(({ text }) => text.trim() !== '');
  if (named === undefined) return undefined;
  const excepted =
    settings.noProxy.length > 0
      ? settings.noProxy
      : (environment['NO_PROXY'] ?? environment['no_proxy'] ?? '').split(/[\s,]+/);
  if (excepted.some((entry) => isExcepted(address, entry.trim().toLowerCase()))) return undefined;
  return proxyAddress(named.text.trim(), named.origin);
}

function proxyAddress(text: string, origin: string): URL {
  const written = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(written))
    throw new SearchError(
      'network',
      `${origin} is no address of a proxy. Write it like http://proxy.example.org:8080.`,
    );
  const proxy = new URL(written);
  if (proxy.protocol === 'http:' || proxy.protocol === 'https:') return proxy;
  throw new SearchError(
    'network',
    `${origin} names a proxy of the kind “${proxy.protocol.slice(0, -1)}”, which Querent cannot use. Name an HTTP proxy, or none.`,
  );
}

/** An entry is a host, which stands for those below it too (`example.org`, `.example.org`, `*.example.org`), `*`, an IP address or a range of them (`10.0.0.0/8`), each with or without a port. */
function isExcepted(address: URL, entry: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const host = bare(address.hostname);
  if (isIP(host) !== 0 && isInRange(host, entry)) return true;
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(isIPv6(entry) ? `[${entry}]` : entry) ?? [];
  if (port !== undefined && port !== portOf(address)) return false;
  const wanted = bare(name.replace(/^\*?\.?/, ''));
  return wanted !== '' && (host === wanted || (isIP(host) === 0 && host.endsWith(`.${wanted}`)));
}

function isInRange(ip: string, entry: string): boolean {
  const [, network, bits] = /^\[?([\d.]+|[\da-f:.]+)\]?\/(\d{1,3})$/.exec(entry) ?? [];
  if (network === undefined || isIP(network) === 0 || isIP(network) !== isIP(ip)) return false;
  const family = isIPv6(ip) ? 'ipv6' : 'ipv4';
  if (Number(bits) > (family === 'ipv6' ? 128 : 32)) return false;
  const range = new BlockList();
  range.addSubnet(network, Number(bits), family);
  return range.check(ip, family);
}

function isThisMachine(hostname: string): boolean {
  const host = bare(hostname);
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(?:\.\d+){3}$/.test(host)
  );
}

function portOf({ port, protocol }: URL): string {
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port;
}

/** A host without the brackets of IPv6. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '').toLowerCase();
}
