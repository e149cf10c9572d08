import type { Merchant } from '../config/merchants.ts';
import { CALLBACK_VERSION, callbacksApi } from '../masonhub/callbacks-api.ts';
import type { MakeCall } from '../outbound/call.ts';
import type { Failure } from '../outbound/failure.ts';
import { noPublicUrl } from './check-loop.ts';
import { callbackPath, planCallback, shownUrl } from './registrations.ts';
import type { Finding } from './terminal.ts';

const titles = { token: "MasonHub's token", callback: "MasonHub's callback" } as const;

/** What there is to say of a merchant's side in MasonHub. */
export async function checkMasonHub(
  merchant: Merchant,
  publicUrl: string | null,
  call: MakeCall,
): Promise<Finding[]> {
  const answer = await callbacksApi(merchant, call).callbacks();
  if (answer.kind !== 'callbacks') {
    return [
      { mark: 'bad', title: titles.token, ...failureWords(answer, merchant) },
      { mark: 'skipped', title: titles.callback, text: 'not asked for: see above' },
    ];
  }
  const token: Finding = {
    mark: 'good',
    title: titles.token,
    text: `is accepted, for the account ${merchant.masonhub.account}`,
  };
  const title = titles.callback;
  if (publicUrl === null) return [token, { mark: 'bad', title, ...noPublicUrl }];
  const { callbackToken } = merchant.masonhub;
  const plan = planCallback(answer.callbacks, publicUrl, merchant.slug, callbackToken, false);
  const details = plan.left.map((callback) => `also there: one to ${shownUrl(callback.url)}`);
  if (plan.register === null) {
    const text = `version ${CALLBACK_VERSION}, to ${publicUrl}${callbackPath(merchant.slug)}`;
    return [token, { mark: 'good', title, text, details }];
  }
  const command = `npm run merchants -- register ${merchant.slug}`;
  return [token, { mark: 'bad', title, text: `not as it should be: ${plan.register}`, details, command }];
}

function failureWords(failure: Failure, merchant: Merchant): { text: string; fix: string } {
  const address = shownUrl(merchant.masonhub.apiUrl);
  if (failure.kind === 'held' && failure.isKeyRefused) {
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
