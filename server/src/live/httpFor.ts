import axios from 'axios';
import type { AxiosInstance } from 'axios';
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
  http.interceptors.request.use((config) => {
    const proxy = proxyFor(new URL(config.url ?? '', config.baseURL), settings, environment);
    if (proxy === undefined) return config;
    const known = agents.get(proxy.href) ?? agentsOf(proxy, settings.proxyStrictSSL);
    agents.set(proxy.href, known);
    return Object.assign(config, known);
  });
  return http;
}

function agentsOf(proxy: URL, rejectUnauthorized: boolean) {
  const options = { keepAlive: true, rejectUnauthorized };
  const httpsAgent = new HttpsProxyAgent(proxy, options);
  // Without this it would hold for the connection to the proxy only; a proxy that looks into connections has a certificate of its own.
  Object.assign(httpsAgent.options, { rejectUnauthorized });
  return { httpAgent: new HttpProxyAgent(proxy, options), httpsAgent };
}
