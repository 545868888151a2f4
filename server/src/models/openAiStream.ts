import type { Readable } from 'node:stream';

/** Characters: a line longer than this, or an event of several lines, is none of a model server. */
const MAX_EVENT = 4 * 1024 * 1024;

/** Thrown for what is no stream of events. */
export class StreamError extends Error {}

/**
 * The data of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), as model servers send them: one JSON
 * document an event, `[DONE]` at the end. Comments and other fields only show that the server lives; `onSign` is called for everything.
 * @throws StreamError for lines and events without end
 */
export async function* readEvents(stream: Readable, onSign: () => void): AsyncGenerator<string> {
  let rest = '';
  let data: string[] = [];
  let size = 0;
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    onSign();
    rest += String(chunk);
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > MAX_EVENT) throw new StreamError('a line without end');
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield data.join('\n');
        data = [];
        size = 0;
      } else if (line.startsWith('data:')) {
        data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
        size += line.length;
        if (size > MAX_EVENT) throw new StreamError('an event without end');
      }
    }
  }
  if (rest.startsWith('data:')) data.push(rest.slice(rest.startsWith('data: ') ? 6 : 5));
  if (data.length > 0) yield data.join('\n');
}
