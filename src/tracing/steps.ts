import { SpanStatusCode } from '@opentelemetry/api';
import type { CallResult } from '../outbound/call.ts';
import { own } from './attributes.ts';
import { handle } from './handling.ts';
import { asPartOf, linksTo, type Spans } from './spans.ts';
import { traceIdOf } from './trace-ids.ts';
import type { Tracing } from './tracing.ts';

/** Records the tries of steps, and the requests to vendors, in the traces of all returns that they are for. */
export function traceSteps(spans: Spans): Pick<Tracing, 'tried' | 'called'> {
  return {
    tried: async (merchant, steps, work) => {
      const tries = steps.map(({ id, loopReturnId, step, attempt }) => ({
        id,
        traceId: traceIdOf(merchant, loopReturnId),
        span: spans.ofReturn(merchant, loopReturnId, `step ${step}`, {
          attributes: { [own.attempt]: attempt },
        }),
      }));
      const about = { steps: new Map(tries.map(({ traceId, span }) => [traceId, span])) };
      // What is done for one alone is a part of its trace; what is done for several is one of the job's.
      const [only] = tries.length === 1 ? tries : [];
      try {
        const results = await handle(about, () => (only === undefined ? work() : asPartOf(only.span, work)));
        for (const { id, span } of tries) span.setAttribute(own.result, results.get(id)?.kind ?? 'retry');
        return results;
      } catch (error) {
        for (const { span } of tries) span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        for (const { span } of tries) span.end();
      }
    },
    called:
      (make, { merchant, vendor }) =>
      async (call) => {
        const name = `${vendor} ${call.endpoint ?? 'request'}`;
        const returns = (call.returns ?? []).map(({ loopReturnId }) => loopReturnId);
        const [only] = returns.length === 1 ? returns : [];
        const attributes = { [own.merchant]: merchant, [own.returns]: returns.length };
        const request =
          only === undefined ? spans.shared(name, { attributes }) : spans.ofReturn(merchant, only, name);
        const shares = only === undefined ? returns : [];
        const links = linksTo(request);
        const all = [request, ...shares.map((id) => spans.ofReturn(merchant, id, name, { links }))];
        try {
          const answer = await asPartOf(request, () => make(call));
          for (const span of all) {
            span.setAttributes(attributesOf(answer));
            if (hasFailed(answer)) span.setStatus({ code: SpanStatusCode.ERROR });
          }
          return answer;
        } finally {
          for (const span of all) span.end();
        }
      },
  };
}

function attributesOf(answer: CallResult) {
  return answer.kind === 'answer'
    ? { 'http.response.status_code': answer.status }
    : { [own.result]: answer.kind };
}

function hasFailed(answer: CallResult): boolean {
  return answer.kind === 'no-answer' || (answer.kind === 'answer' && answer.status >= 400);
}
