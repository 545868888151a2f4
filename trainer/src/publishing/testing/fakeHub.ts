import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A repository of the hub as far as publishing asks it: commits, files small and large. `await using` closes it. */
export interface FakeHub extends AsyncDisposable {
  /** For HF_ENDPOINT. */
  readonly url: string;
  /** What is on main now. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Titles, newest first, each with how many operations it had. */
  readonly commits: readonly { readonly oid: string; readonly title: string; readonly operations: number }[];
  readonly authorizations: ReadonlySet<string | undefined>;
  /** Somebody else commits. */
  commitByOther(files: Readonly<Record<string, string>>): void;
  /** The next request to a path that holds this is answered with that status. */
  failOnce(path: string, status: number): void;
}

/**
 * A local stand-in for the Hugging Face hub that speaks as much of its API as `@huggingface/hub` uses to read files and to commit.
 * @param repository `owner/name`
 * @param token what writing needs
 */
export async function startFakeHub(repository: string, token: string): Promise<FakeHub> {
  const files = new Map<string, Buffer>();
  const large = new Map<string, Buffer>();
  const isLarge = (path: string): boolean => path.endsWith('.gguf');
  const commits: { oid: string; title: string; operations: number }[] = [];
  const authorizations = new Set<string | undefined>();
  const failures: { path: string; status: number }[] = [];
  const commit = (title: string, operations: number): string => {
    const oid = createHash('sha1').update(`${commits.length} ${title}`).digest('hex');
    commits.unshift({ oid, title, operations });
    return oid;
  };
  commit('initial commit', 1);

  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => json(response, 500, { error: String(error) }));
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const path = decodeURIComponent(url.pathname);
    const body = await bodyOf(request);
    authorizations.add(request.headers.authorization);
    const failing = failures.findIndex((each) => path.includes(each.path));
    const [failure] = failing < 0 ? [] : failures.splice(failing, 1);
    if (failure !== undefined) return json(response, failure.status, { error: 'Fault' });
    const write = request.method !== 'GET' && !path.includes('/paths-info/') && !path.startsWith('/lfs/');
    if (write && request.headers.authorization !== `Bearer ${token}`)
      return json(response, 401, { error: 'Invalid credentials' });
    const api = `/api/models/${repository}`;
    if (path.startsWith(`${api}/commits/`))
      return json(
        response,
        200,
        commits.slice(0, 1).map(({ oid, title }) => ({
          id: oid,
          title,
          message: '',
          authors: [],
          date: new Date().toISOString(),
        })),
      );
    if (path.startsWith(`/${repository}/resolve/`)) {
      const [, name = ''] = /^\/[^/]+\/[^/]+\/resolve\/[^/]+\/(.*)$/u.exec(path) ?? [];
      return sendFile(request, response, files.get(name));
    }
    if (path === `${api}/preupload/main`) {
      const asked = JSON.parse(body.toString('utf8')) as { files: { path: string }[] };
      return json(response, 200, {
        files: asked.files.map((each) => ({
          path: each.path,
          uploadMode: isLarge(each.path) ? 'lfs' : 'regular',
        })),
      });
    }
    if (path === `/${repository}.git/info/lfs/objects/batch`) {
      const asked = JSON.parse(body.toString('utf8')) as { objects: { oid: string; size: number }[] };
      const href = (oid: string): string => `${address()}/lfs/${oid}`;
      return json(response, 200, {
        transfer: 'basic',
        objects: asked.objects.map(({ oid, size }) => ({
          oid,
          size,
          ...(large.has(oid) ? {} : { actions: { upload: { href: href(oid) } } }),
        })),
      });
    }
    if (path.startsWith('/lfs/') && request.method === 'PUT') {
      large.set(path.slice(5), body);
      return json(response, 200, {});
    }
    if (path === `${api}/paths-info/main`) {
      const { paths } = JSON.parse(body.toString('utf8')) as { paths: string[] };
      return json(
        response,
        200,
        paths.flatMap((each) => infoOf(each, files.get(each), isLarge(each))),
      );
    }
    if (path === `${api}/commit/main`) return takeCommit(response, body);
    return json(response, 404, { error: 'Repository not found' });
  }

  function takeCommit(response: ServerResponse, body: Buffer): void {
    const lines = body
      .toString('utf8')
      .split('\n')
      .map((line) => JSON.parse(line) as { key: string; value: Record<string, string> });
    const header = lines.find(({ key }) => key === 'header')?.value ?? {};
    if (header['parentCommit'] !== undefined && header['parentCommit'] !== commits[0]?.oid)
      return json(response, 412, { error: 'A commit has happened since. Please refresh and try again.' });
    for (const { key, value } of lines) {
      const name = value['path'] ?? '';
      if (key === 'file')
        files.set(
          name,
          Buffer.from(value['content'] ?? '', value['encoding'] === 'base64' ? 'base64' : 'utf8'),
        );
      if (key === 'lfsFile') {
        const content = large.get(value['oid'] ?? '');
        if (content === undefined) return json(response, 400, { error: `${name} was not uploaded` });
        files.set(name, content);
      }
      if (key === 'deletedFile') files.delete(name);
    }
    const oid = commit(header['summary'] ?? '', lines.length - 1);
    json(response, 200, {
      commitOid: oid,
      commitUrl: `${address()}/${repository}/commit/${oid}`,
      hookOutput: '',
    });
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: address(),
    files,
    commits,
    authorizations,
    commitByOther(changed) {
      for (const [name, text] of Object.entries(changed)) files.set(name, Buffer.from(text));
      commit('somebody else', Object.keys(changed).length);
    },
    failOnce: (path, status) => void failures.push({ path, status }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

function sendFile(request: IncomingMessage, response: ServerResponse, content: Buffer | undefined): void {
  if (content === undefined) {
    response
      .writeHead(404, { 'X-Error-Code': 'EntryNotFound', 'Content-Type': 'application/json' })
      .end('{}');
    return;
  }
  const headers = { ETag: `"${sha256(content).slice(0, 40)}"`, 'Content-Type': 'application/octet-stream' };
  const range = /^bytes=(\d+)-(\d+)$/u.exec(request.headers.range ?? '');
  if (range === null) {
    response.writeHead(200, { ...headers, 'Content-Length': content.length }).end(content);
    return;
  }
  const [start, end] = [Number(range[1]), Math.min(Number(range[2]), content.length - 1)];
  response
    .writeHead(206, { ...headers, 'Content-Range': `bytes ${start}-${end}/${content.length}` })
    .end(content.subarray(start, end + 1));
}

function infoOf(path: string, content: Buffer | undefined, isLarge: boolean): readonly unknown[] {
  if (content === undefined) return [];
  const info = { path, type: 'file', oid: sha256(content).slice(0, 40), size: content.length };
  return [
    isLarge ? { ...info, lfs: { oid: sha256(content), size: content.length, pointerSize: 134 } } : info,
  ];
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
