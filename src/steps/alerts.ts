import type { Logger } from 'pino';
import type { ConnectionKey } from '../connections/store.ts';
import type { Observer } from '../metrics/observer.ts';
import type { MakeCall } from '../outbound/call.ts';
import type { Advanced } from '../returns-store/advance.ts';
import type { Alert, AlertHandler } from './jobs.ts';

/** One alert for each return that came to need attention, and did not need one before. */
export function attentionAlerts(merchant: string, advanced: readonly Advanced[]): Alert[] {
  const byReturn = Map.groupBy(advanced, (line) => line.loopReturnId);
  return [...byReturn].flatMap(([loopReturnId, lines]) => {
    const last = lines.at(-1);
    if (lines[0]?.statusBefore === 'attention' || last?.status !== 'attention') return [];
    return [{ kind: 'attention', merchant, return: loopReturnId, reason: last.reason ?? 'see its timeline' }];
  });
}

export function pausedAlert({ merchant, vendor }: ConnectionKey, reason: string): Alert {
  return { kind: 'paused', merchant, vendor, reason };
}

/** As a person reads it; the field that Slack and its like show. */
function textOf(alert: Alert): string {
  const { merchant, reason } = alert;
  return alert.kind === 'attention'
    ? `Return ${alert.return} of ${merchant} needs attention. ${reason}`
    : `Nothing is sent to ${alert.vendor} for ${merchant}. ${reason}`;
}

export interface AlertReceiver {
  /** A secret: whoever has it can post there. */
  readonly url: string;
  readonly send: MakeCall;
  readonly log: Logger;
  readonly observer: Pick<Observer, 'alert'>;
}

/** Posts alerts to whoever is to hear of them; one that cannot be posted is tried again for a while. */
export function sendAlerts({ url, send, log, observer }: AlertReceiver): AlertHandler {
  return async (alert, { id, isLastTry }) => {
    const answer = await send({
      method: 'POST',
      url,
      // A receiver that knows the header can tell an alert that comes again after a crash.
      headers: { 'idempotency-key': id },
      body: { text: textOf(alert), ...alert },
    });
    if (answer.kind === 'answer' && answer.status >= 200 && answer.status < 300) {
      observer.alert('sent');
      return;
    }
    const why = answer.kind === 'answer' ? `it answered ${answer.status}` : answer.why;
    observer.alert(isLastTry ? 'given_up' : 'failed');
    const { kind, merchant } = alert;
    const line = { merchant, return: alert.kind === 'attention' ? alert.return : undefined, kind, why };
    if (isLastTry) log.error(line, 'an alert was not delivered, and is given up');
    else log.warn(line, 'an alert was not delivered, and is tried again');
    throw new Error(`The receiver of alerts did not take it: ${why}`);
  };
}
