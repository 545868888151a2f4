import { describe, expect, it } from 'vitest';
import { defaultSettings, readSettings } from './settings.ts';

describe('addresses of live databases', () => {
  it.each(['', ' ', 'http://127.0.0.1:8080/entrez/eutils', 'https://proxy.example.org/eutils/'])(
    'takes %j',
    (address) => {
      const { settings, problems } = readSettings({
        live: { eutilsAddress: address, trialsAddress: address },
      });
      expect(problems).toEqual([]);
      expect(settings.live).toMatchObject({ eutilsAddress: address, trialsAddress: address });
    },
  );

  it.each([7, 'localhost', 'ftp://example.org', 'file:///etc/passwd', 'https://me:secret@example.org/'])(
    'refuses %j, and tells no password',
    (address) => {
      const { settings, problems } = readSettings({ live: { eutilsAddress: address } });
      expect(settings.live.eutilsAddress).toBe('');
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(/^querent\.live\.eutilsAddress cannot be/);
      expect(problems[0]).not.toContain('secret');
    },
  );
});

describe('settings of the network', () => {
  it('are VS Code’s own; what does not fit is passed over', () => {
    const http = {
      proxy: ' http://proxy:8080 ',
      proxyStrictSSL: false,
      noProxy: ['a.org', 7],
      proxySupport: 'off',
    };
    expect(readSettings({}, http).settings.http).toEqual({
      proxy: 'http://proxy:8080',
      proxyStrictSSL: false,
      noProxy: ['a.org'],
      proxySupport: 'off',
    });
    const { settings, problems } = readSettings({}, { proxy: null, proxySupport: 'often', noProxy: 'a' });
    expect(settings.http).toEqual(defaultSettings.http);
    expect(problems).toEqual([]);
  });

  it.each([undefined, null, 7, 'x', []])('are the defaults where the client sends %j', (http) => {
    expect(readSettings(undefined, http).settings).toEqual(defaultSettings);
  });
});
