/** What the results view says of rows and proposals. Pure text, so that it can be tested without a page. */
import type {
  SqlProposal,
  WireDatabase,
  WireExpectation,
  WireSqlFailure,
  WireSqlRows,
} from '@querent/server/sqlProtocol';

/** `1,204`, in the reader's own number format. */
export const number = (value: number): string => value.toLocaleString();

/** `1 row`, `2 rows` */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;

/** `41 rows`, `first 100 of 3,503 rows`, `first 100 of at least 20,000 rows` */
export function rowsText({ rows, total, isCounted }: WireSqlRows): string {
  const all = `${isCounted ? '' : 'at least '}${counted(total, 'row')}`;
  return rows.length < total || !isCounted ? `first ${number(rows.length)} of ${all}` : all;
}

/** `0.4 ms`, `12 ms`, `3.1 s` */
export function timeText(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** `12 ms, counted in 45 ms` */
export function durationText({ ms, countMs, rows, total }: WireSqlRows): string {
  const more = rows.length < total && countMs >= 1 ? `, counted in ${timeText(countMs)}` : '';
  return `${timeText(ms)}${more}`;
}

export function clockText(at: number): string {
  return new Date(at).toLocaleTimeString();
}

/** When the file was changed last, and when it was read: how old what is shown is. */
export function databaseAge({ path, changed, read }: WireDatabase): string {
  return `${path}\nLast changed ${new Date(changed).toLocaleString()}, read ${new Date(read).toLocaleString()}`;
}

/** `chinook.sqlite as of 30/11/2026, 11:02` */
export function databaseText({ label, changed }: WireDatabase): string {
  const when = new Date(changed).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });
  return `${label} as of ${when}`;
}

/** `80 %`. A share that is not whole is never rounded to all or nothing. */
export function percent(share: number): string {
  const value = Math.round(share * 100);
  if (value === 100 && share < 1) return '>99 %';
  if (value === 0 && share > 0) return '<1 %';
  return `${value} %`;
}

/** The verdict in a few words, and the rest of what there is to say. */
export function expectationText(expectation: WireExpectation): {
  readonly kind: 'match' | 'differs' | 'problem';
  readonly verdict: string;
  readonly more: string;
} {
  if (expectation.kind === 'problem')
    return { kind: 'problem', verdict: 'Not compared with what is expected', more: expectation.message };
  const { isMatch, recall, precision, expectedRows, isOrdered, difference } = expectation;
  const order = isOrdered ? ', in their order' : '';
  const behind = difference === undefined ? '' : `. ${difference}`;
  if (isMatch)
    return {
      kind: 'match',
      verdict: 'As expected',
      more: `the same ${counted(expectedRows, 'row')}${order}${behind}`,
    };
  const shares = `row recall ${percent(recall)}, row precision ${percent(precision)}, ${counted(expectedRows, 'row')} expected${order}`;
  return {
    kind: 'differs',
    verdict: 'Not as expected',
    more: `${shares}${behind}`,
  };
}

const failureTitles: Readonly<Record<WireSqlFailure['code'], string>> = {
  syntax: 'SQLite cannot read this',
  refused: 'Not run',
  failed: 'SQLite cannot run this',
  timeout: 'Stopped at the time limit',
};

/** What went wrong, before the message: never a number of rows. */
export const failureTitle = ({ code }: WireSqlFailure): string => failureTitles[code];

/** `3 rows`, or how it failed: what a proposal gives, for its row in the list. */
export function resultText({ result }: SqlProposal): string {
  if (result.kind === 'failure') return failureTitle(result);
  return `${result.isCounted ? '' : 'at least '}${counted(result.total, 'row')}`;
}

/** Self-consistency, told only where there is more than one answer to agree. */
export function votesText({ votes, answers }: SqlProposal): string | undefined {
  return answers > 1
    ? `${votes} of ${answers} answers ${votes === 1 ? 'gives' : 'give'} these rows`
    : undefined;
}

export const sourceText = ({ source }: Pick<SqlProposal, 'source'>): string =>
  source === 'model' ? 'Language model' : 'Built-in method';

/** One proposal for those who hear rather than see it. */
export function spokenProposal(proposal: SqlProposal, rank: number): string {
  const expected = proposal.expectation && expectationText(proposal.expectation).verdict;
  return [`Proposal ${rank}`, sourceText(proposal), resultText(proposal), votesText(proposal), expected]
    .filter((part) => part !== undefined)
    .join(', ');
}
