import axios from 'axios';
import type { AxiosInstance, InternalAxiosRequestConfig } from 'axios';
import { SearchError } from '@querent/core/search';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { noProxySettings, proxyFor } from './proxies.ts';
import type { ProxySettings } from './proxies.ts';

/**
 * An HTTP client that goes through the proxy of the person's settings, or of the environment, see {@link proxyFor}. Requests to https
 * addresses are tunnelled (CONNECT), so that a proxy does not see what is asked.
 */
export function httpFor(
  settings: ProxySettings = noProxySettings,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): AxiosInstance {
  // axios would follow the environment in its own way.
  const http = axios.create({ proxy: false });
  const agents = new Map<string, ReturnType<typeof agentsOf>>();
  const proxyOf = ({ url = '', baseURL }: InternalAxiosRequestConfig): URL | undefined =>
    proxyFor(new URL(url, baseURL), settings, environment);
  http.interceptors.request.use((config) => {
    const proxy = proxyOf(config);
    if (proxy === undefined) return config;
    const known = agents.get(proxy.href) ?? agentsOf(proxy, settings.proxyStrictSSL);
    agents.set(proxy.href, known);
    return Object.assign(config, known);
  });
  http.interceptors.response.use(
    (response) => {
      const proxy = response.status === 407 ? proxyOf(response.config) : undefined;
      if (proxy === undefined) return response;
      throw new SearchError(
        'network',
        `The proxy ${proxy.host} wants a login (HTTP 407). Write it into the address of the proxy (http.proxy or HTTPS_PROXY): http://NAME:PASSWORD@${proxy.host}.`,
      );
    },
    (error: unknown) => Promise.reject(certificateFault(error) ?? (error as Error)),
  );
  return http;
}

/** What trying again does not mend: nobody vouches for the certificate that comes, mostly since a proxy looks into connections. */
function certificateFault(error: unknown): SearchError | undefined {
  const { code = '', config } = axios.isAxiosError(error) ? error : {};
  if (!/CERT|UNABLE_TO_(?:GET_ISSUER|VERIFY)/.test(code)) return undefined;
  const host = URL.canParse(config?.url ?? '') ? new URL(config?.url ?? '').host : 'the service';
  return new SearchError(
    'network',
    `The certificate of ${host} cannot be checked (${code}). Where a proxy looks into connections, name its certificate in NODE_EXTRA_CA_CERTS, or switch http.proxyStrictSSL off.`,
  );
}

function agentsOf(proxy: URL, rejectUnauthorized: boolean) {
  const options = { keepAlive: true, rejectUnauthorized };
  const httpsAgent = new HttpsProxyAgent(proxy, options);
  // Without this it would hold for the connection to the proxy only; a proxy that looks into connections has a certificate of its own.
  Object.assign(httpsAgent.options, { rejectUnauthorized });
  return { httpAgent: new HttpProxyAgent(proxy, options), httpsAgent };
}
