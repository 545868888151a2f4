import type { ServerResponse } from 'node:http';
import { found } from './scriptedEutils.ts';
import type { Answer, Seen } from './scriptedEutils.ts';

/** What a result is, given the whole query with all references written out. */
export type Find = (term: string) => { readonly ids: readonly string[]; readonly more?: object };

/** As NCBI lists no more. */
const MOST_LISTED = 9999;

/** ESearch and EPost with a history server, as NCBI has it: places by WebEnv and number, forgotten when a test says so. */
export class HistoryServer {
  readonly #find: Find;
  readonly #environments = new Map<string, string[]>();
  /** Queries with a length beyond are refused with HTTP 414. */
  longest = Infinity;

  constructor(find: Find) {
    this.#find = find;
  }

  forget(): void {
    this.#environments.clear();
  }

  readonly answer: Answer = (response, { utility, parameters }: Seen) => {
    const term = utility === 'epost' ? uids(parameters.get('id') ?? '') : (parameters.get('term') ?? '');
    if (term.length > this.longest) {
      response.writeHead(414).end('<html>Request-URI Too Long</html>');
      return;
    }
    const asked = parameters.get('WebEnv') ?? undefined;
    const known = asked === undefined ? undefined : this.#environments.get(asked);
    const missing = [...term.matchAll(/#(\d+)/g)].find(
      ([, number]) => known?.[Number(number) - 1] === undefined,
    );
    if (missing !== undefined) {
      sendJson(response, { esearchresult: { ERROR: `Unable to obtain query ${missing[0]}` } });
      return;
    }
    const whole = term.replace(/#(\d+)/g, (_, number: string) => `(${known?.[Number(number) - 1] ?? ''})`);
    const webEnv =
      known === undefined ? `MCID_${this.#environments.size + 1}${Math.random()}` : (asked ?? '');
    const place = known ?? [];
    place.push(whole);
    this.#environments.set(webEnv, place);
    if (utility === 'epost') {
      response.end(
        `<?xml version="1.0"?><ePostResult><QueryKey>${place.length}</QueryKey><WebEnv>${webEnv}</WebEnv></ePostResult>`,
      );
      return;
    }
    const { ids, more } = this.#find(whole);
    const from = Number(parameters.get('retstart') ?? 0);
    const most = Math.min(Number(parameters.get('retmax') ?? 20), MOST_LISTED - from);
    sendJson(
      response,
      found(ids.length, ids.slice(from, from + most), {
        ...more,
        querytranslation: term,
        ...(parameters.get('usehistory') === 'y' ? { querykey: String(place.length), webenv: webEnv } : {}),
      }),
    );
  };
}

function uids(ids: string): string {
  return ids
    .split(',')
    .map((id) => `${id}[uid]`)
    .join(' OR ');
}

function sendJson(response: ServerResponse, body: object): void {
  response.end(JSON.stringify(body));
}
