import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseExpression } from '../../ctgov/index.ts';
import type { ExpressionNode } from '../../ctgov/index.ts';

/** An invented trial of a registry for tests. */
export interface InventedTrial {
  readonly id: string;
  readonly title: string;
  readonly conditions?: readonly string[];
  readonly aliases?: readonly string[];
  /** First posted, `yyyy-mm-dd`. */
  readonly posted?: string;
  readonly summary?: string;
}

/** A request as the registry saw it. */
export interface SeenRequest {
  readonly path: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** Who asks, as it says. */
  readonly agent: string | undefined;
  /** `performance.now()`. */
  readonly at: number;
}

/** What the registry does instead of answering; it may answer for itself. */
export type Interference = (response: ServerResponse, seen: SeenRequest) => boolean;

/**
 * A server on this machine that answers `GET /api/v2/studies` as ClinicalTrials.gov does, from invented trials: words are looked for in title,
 * conditions and summary, `AREA[TitleSearch]` in titles, and NOT, AND, OR combine.
 */
export class TrialsRegistry {
  readonly seen: SeenRequest[] = [];
  trials: readonly InventedTrial[];
  /** Asked first, for every request. */
  interfere: Interference = () => false;
  readonly #server: Server;

  private constructor(trials: readonly InventedTrial[]) {
    this.trials = trials;
    this.#server = createServer((request, response) => {
      this.#answer(request, response);
    });
  }

  static async start(trials: readonly InventedTrial[]): Promise<TrialsRegistry> {
    const registry = new TrialsRegistry(trials);
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  /** With `/api/v2` at its end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/v2`;
  }

  /** Forgets what was seen, and answers again. */
  reset(): void {
    this.seen.length = 0;
    this.interfere = () => false;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://localhost');
    const parameters = new Map(url.searchParams);
    const agent = request.headers['user-agent'];
    const seen: SeenRequest = { path: url.pathname, parameters, agent, at: performance.now() };
    this.seen.push(seen);
    if (this.interfere(response, seen)) return;
    const get = (name: string): string => parameters.get(name) ?? '';
    const refuse = (message: string): void => {
      response.writeHead(400, { 'Content-Type': 'text/plain' }).end(message);
    };
    if (request.method !== 'GET' || url.pathname !== '/api/v2/studies') {
      response.writeHead(404).end('Not found');
      return;
    }
    const token = get('pageToken');
    if (token !== '' && !/^page-\d+$/.test(token)) {
      refuse('Incorrect format of page token');
      return;
    }
    const queries = [get('query.term'), get('filter.advanced')].filter((query) => query !== '');
    const parsed = queries.map((query) => parseExpression(query));
    if (parsed.some(({ problems }) => problems.some(({ severity }) => severity === 'error'))) {
      refuse("Error parsing query in Other terms: mismatched input ')' expecting {<EOF>, '(', 'AND'}");
      return;
    }
    const ids = get('filter.ids')
      .split(',')
      .filter((id) => id !== '');
    // A list of numbers and nothing else is looked up, and filters are ignored.
    const isList = /^[\s,]*(?:NCT\d{8}[\s,]*)+$/.test(get('query.term'));
    const found = this.trials
      .filter((trial) =>
        isList
          ? numbersOf(trial).some((id) => get('query.term').includes(id))
          : parsed.every(({ root }) => root === undefined || finds(root, trial)) &&
            (ids.length === 0 || numbersOf(trial).some((id) => ids.includes(id))),
      )
      .sort((a, b) => (b.posted ?? '').localeCompare(a.posted ?? '') || a.id.localeCompare(b.id));
    const at = token === '' ? 0 : Number(token.slice(5));
    const size = Math.min(Number(get('pageSize')) || 10, 1000);
    const next = at + size < found.length ? `page-${at + size}` : undefined;
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(
      JSON.stringify({
        ...(get('countTotal') === 'true' && token === '' ? { totalCount: found.length } : {}),
        studies: found.slice(at, at + size).map((trial) => study(trial, get('fields').split(','))),
        ...(next === undefined ? {} : { nextPageToken: next }),
      }),
    );
  }
}

function numbersOf({ id, aliases = [] }: InventedTrial): readonly string[] {
  return [id, ...aliases];
}

function finds(node: ExpressionNode, trial: InventedTrial, area = 'BasicSearch'): boolean {
  switch (node.kind) {
    case 'and':
      return node.operands.every((operand) => finds(operand, trial, area));
    case 'or':
      return node.operands.some((operand) => finds(operand, trial, area));
    case 'not':
      return node.operand !== undefined && !finds(node.operand, trial, area);
    case 'group':
      return node.inner !== undefined && finds(node.inner, trial, area);
    case 'context':
      return (
        node.operand !== undefined &&
        finds(node.operand, trial, node.operator === 'AREA' ? node.parameter : area)
      );
    case 'source': {
      const [from = 'MIN', to = 'MAX'] = node.parameters;
      const day = trial.posted ?? '';
      return node.operator === 'RANGE' && (from === 'MIN' || day >= from) && (to === 'MAX' || day <= to);
    }
    case 'term': {
      const text = [
        trial.title,
        ...(area === 'TitleSearch' ? [] : [...(trial.conditions ?? []), trial.summary ?? '']),
      ];
      const words = node.quoted ? [node.text] : node.text.split(/\s+/);
      return words.every((word) => text.join(' ').toLowerCase().includes(word.toLowerCase()));
    }
    case 'reference':
      return false;
  }
}

function study(trial: InventedTrial, fields: readonly string[]): object {
  const all = fields.length === 1 && fields[0] === '';
  const has = (field: string): boolean => all || fields.includes(field);
  const { aliases = [], posted, summary, conditions = [] } = trial;
  return {
    protocolSection: {
      identificationModule: {
        nctId: trial.id,
        ...(has('NCTIdAlias') && aliases.length > 0 ? { nctIdAliases: aliases } : {}),
        ...(has('BriefTitle') ? { briefTitle: trial.title } : {}),
        ...(has('OfficialTitle') ? { officialTitle: `A study of ${trial.title}` } : {}),
      },
      ...(has('StudyFirstPostDate') && posted !== undefined
        ? { statusModule: { studyFirstPostDateStruct: { date: posted, type: 'ACTUAL' } } }
        : {}),
      ...(has('LeadSponsorName')
        ? { sponsorCollaboratorsModule: { leadSponsor: { name: 'Invented University', class: 'OTHER' } } }
        : {}),
      ...(has('BriefSummary') && summary !== undefined
        ? { descriptionModule: { briefSummary: summary } }
        : {}),
      ...(has('Condition') ? { conditionsModule: { conditions } } : {}),
    },
  };
}
