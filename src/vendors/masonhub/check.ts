import type { Merchant } from '../../config/merchants.ts';
import type { MakeCall } from '../../outbound/call.ts';
import type { Failure } from '../../outbound/failure.ts';
import { noPublicUrl, shownUrl } from '../addresses.ts';
import type { CheckFinding } from '../check-finding.ts';
import {
  CALLBACK_VERSION,
  type Callback,
  type CallbacksApi,
  callbacksApi,
  MESSAGE_TYPE,
} from './callbacks-api.ts';
import { callbackPath, planCallback } from './registration.ts';

const titles = {
  token: "MasonHub's token",
  callback: "MasonHub's callback",
  hold: "MasonHub's holds",
} as const;

/** What there is to say of a merchant's side in MasonHub. */
export async function checkMasonHub(
  merchant: Merchant,
  publicUrl: string | null,
  call: MakeCall,
): Promise<CheckFinding[]> {
  const api = callbacksApi(merchant, call);
  const answer = await api.callbacks();
  if (answer.kind !== 'callbacks') {
    return [
      { mark: 'bad', title: titles.token, ...failureWords(answer, merchant) },
      { mark: 'skipped', title: titles.callback, text: 'not asked for: see above' },
    ];
  }
  const text = `is accepted, for the account ${merchant.masonhub.account}`;
  return [
    { mark: 'good', title: titles.token, text },
    callbackFinding(answer.callbacks, merchant, publicUrl),
    ...(await holdFindings(api, merchant)),
  ];
}

function callbackFinding(
  callbacks: readonly Callback[],
  { slug }: Merchant,
  publicUrl: string | null,
): CheckFinding {
  const title = titles.callback;
  if (publicUrl === null) return { mark: 'bad', title, ...noPublicUrl };
  const plan = planCallback(callbacks, publicUrl, slug, false);
  const details = plan.left.map((callback) => `also there: one to ${shownUrl(callback.url)}`);
  if (plan.register === null) {
    const text = `version ${CALLBACK_VERSION}, to ${publicUrl}${callbackPath(slug)}`;
    return { mark: 'good', title, text, details };
  }
  const command = `npm run merchants -- register ${slug}`;
  return { mark: 'bad', title, text: `not as it should be: ${plan.register}`, details, command };
}

/**
 * A hold is placed by somebody for a time, and forgotten: MasonHub drops the events of that time, so that only
 * the poll finds what happened. Nothing is said where there is none, or where this MasonHub knows no holds.
 */
async function holdFindings(api: CallbacksApi, merchant: Merchant): Promise<CheckFinding[]> {
  const answer = await api.holds();
  const title = titles.hold;
  switch (answer.kind) {
    case 'unknown':
      return [];
    case 'holds':
      return answer.types.includes(MESSAGE_TYPE)
        ? [
            {
              mark: 'bad',
              title,
              text: `${MESSAGE_TYPE} is on hold: MasonHub sends no callbacks about RMAs. What happens meanwhile is never sent, not even later; only the poll finds it.`,
              fix: `Lift the hold with the API token: DELETE ${shownUrl(merchant.masonhub.apiUrl)}/callback_holds with the body ["${MESSAGE_TYPE}"]`,
            },
          ]
        : [];
    default:
      return [{ mark: 'hint', title, text: `could not be looked up: ${answer.why}.` }];
  }
}

function failureWords(failure: Failure, merchant: Merchant): { text: string; fix: string } {
  const address = shownUrl(merchant.masonhub.apiUrl);
  if (failure.kind === 'paused' && failure.isKeyRefused) {
    return {
      text: 'MasonHub refuses it.',
      fix: `Compare masonhub.apiToken with the token from MasonHub, and see that it is one for ${address}`,
    };
  }
  return failure.kind === 'refused'
    ? {
        text: `MasonHub says no: ${failure.why}`,
        fix: `See that masonhub.account and masonhub.apiUrl are right: ${address}`,
      }
    : {
        text: `${failure.why}.`,
        fix: `Check again later. If it stays so, see that masonhub.apiUrl is right: ${address}`,
      };
}
