import type { Context } from './context.ts';
import { textAnswer } from './answers.ts';
import type { ServiceAnswer, Utility } from './protocol.ts';
import { efetch } from './utilities/efetch.ts';
import { einfo } from './utilities/einfo.ts';
import { elink } from './utilities/elink.ts';
import { epost } from './utilities/epost.ts';
import { esearch } from './utilities/esearch.ts';
import { espell } from './utilities/espell.ts';
import { esummary } from './utilities/esummary.ts';
import { studies, study } from './trials/studies.ts';

const UTILITIES: Readonly<Record<Utility, (context: Context) => ServiceAnswer | Promise<ServiceAnswer>>> = {
  einfo,
  esearch,
  epost,
  esummary,
  efetch,
  elink,
  espell,
  studies,
  study,
};

/** Answers a request. @throws SearchError `aborted` when the client went away, `internal` for faults of the service */
export async function answerTo(context: Context): Promise<ServiceAnswer> {
  const { request, parameters } = context;
  const answer = await UTILITIES[request.utility](context);
  // NCBI's errors of a missing record and the like keep their type; only a wish for plain text changes it.
  return answer.status === 200 && parameters.text('retmode') === 'asn.1' && request.utility === 'efetch'
    ? textAnswer('ASN.1 is not served here. Ask for retmode=xml.\n', { status: 400 })
    : answer;
}
