import { describe, expect, it } from 'vitest';
import { noProxySettings, proxyFor } from './proxies.ts';
import type { ProxySettings } from './proxies.ts';

const ncbi = 'https://eutils.ncbi.nlm.nih.gov/entrez/eutils/';

/** Where `address` is asked through; the address without its slash. */
function through(
  address: string,
  settings: Partial<ProxySettings>,
  environment: Record<string, string> = {},
): string | undefined {
  const proxy = proxyFor(new URL(address), { ...noProxySettings, ...settings }, environment);
  return proxy?.href.replace(/\/$/, '');
}

describe('the proxy of an address', () => {
  it.each<[string, string, Partial<ProxySettings>, Record<string, string>, string | undefined]>([
    ['nobody names one', ncbi, {}, {}, undefined],
    ['the setting', ncbi, { proxy: 'http://p:1' }, { HTTPS_PROXY: 'http://q:2' }, 'http://p:1'],
    ['the setting, without http://', ncbi, { proxy: 'proxy.example:8080' }, {}, 'http://proxy.example:8080'],
    ['the setting, with a login', ncbi, { proxy: 'https://me:it@p:1' }, {}, 'https://me:it@p:1'],
    ['a setting of blanks', ncbi, { proxy: ' ' }, { HTTPS_PROXY: 'http://q:2' }, 'http://q:2'],
    [
      'switched off',
      ncbi,
      { proxy: 'http://p:1', proxySupport: 'off' },
      { HTTPS_PROXY: 'http://q:2' },
      undefined,
    ],
    ['fallback', ncbi, { proxySupport: 'fallback' }, { https_proxy: 'http://q:2' }, 'http://q:2'],
    ['the one for http, for https too', ncbi, {}, { HTTP_PROXY: 'http://q:2' }, 'http://q:2'],
    [
      'the one for https goes first',
      ncbi,
      {},
      { HTTP_PROXY: 'http://q:2', https_proxy: 'http://r:3' },
      'http://r:3',
    ],
    ['the one for https, not for http', 'http://a.example/', {}, { HTTPS_PROXY: 'http://q:2' }, undefined],
    ['http', 'http://a.example/', {}, { http_proxy: 'http://q:2' }, 'http://q:2'],
    ['this machine', 'http://localhost:8080/', { proxy: 'http://p:1' }, {}, undefined],
    ['this machine, by number', 'http://127.0.0.1:8080/', { proxy: 'http://p:1' }, {}, undefined],
    ['this machine, by IPv6', 'http://[::1]:8080/', { proxy: 'http://p:1' }, {}, undefined],
  ])('%s', (_, address, settings, environment, expected) => {
    expect(through(address, settings, environment)).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ['*', ncbi, true],
    ['nlm.nih.gov', ncbi, true],
    ['.nih.gov', ncbi, true],
    ['*.nih.gov', ncbi, true],
    ['NIH.GOV', ncbi, true],
    ['eutils.ncbi.nlm.nih.gov:443', ncbi, true],
    ['eutils.ncbi.nlm.nih.gov:8443', ncbi, false],
    ['ih.gov', ncbi, false],
    ['gov.example', ncbi, false],
    ['', ncbi, false],
    ['10.0.0.0/8', 'http://10.1.2.3/', true],
    ['10.1.2.3', 'http://10.1.2.3:80/', true],
    ['10.1.2.3:80', 'http://10.1.2.3/', true],
    ['10.0.0.0/8', 'http://11.1.2.3/', false],
    ['10.0.0.0/99', 'http://10.1.2.3/', false],
    ['2001:db8::/32', 'http://[2001:db8::1]/', true],
    ['[2001:db8::1]', 'http://[2001:db8::1]/', true],
    ['2001:db8::1', 'http://[2001:db8::1]:9/', true],
    ['2001:db8::/32', 'http://10.1.2.3/', false],
    ['2.3', 'http://10.1.2.3/', false],
  ])('none for %s: %s is %s', (entry, address, isExcepted) => {
    const proxy = 'http://p:1';
    expect(through(address, { proxy, noProxy: ['other.example', entry] })).toBe(
      isExcepted ? undefined : proxy,
    );
    expect(through(address, { proxy }, { NO_PROXY: `other.example, ${entry}` })).toBe(
      isExcepted ? undefined : proxy,
    );
    // The setting goes before the environment, as it does for the proxy.
    expect(through(address, { proxy, noProxy: ['other.example'] }, { no_proxy: entry })).toBe(proxy);
  });

  it.each([
    ['socks5://me:secret@p:1', {}, /setting http\.proxy names a proxy of the kind “socks5”.*HTTP proxy/],
    ['http://me:secret@:99999', {}, /setting http\.proxy is no address of a proxy\. Write it like/],
    ['', { HTTPS_PROXY: 'ftp://me:secret@p' }, /environment variable HTTPS_PROXY .*“ftp”/],
  ])('%s cannot be used, and its password is not told', (proxy, environment, message) => {
    const use = (): unknown => through(ncbi, { proxy }, environment);
    expect(use).toThrow(
      expect.objectContaining({ code: 'network', message: expect.stringMatching(message) as string }),
    );
    expect(use).not.toThrow(/secret/);
  });
});
