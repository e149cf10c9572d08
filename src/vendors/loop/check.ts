import { aDayMs } from '../../config/duration.ts';
import type { Merchant } from '../../config/merchants.ts';
import type { MakeCall } from '../../outbound/call.ts';
import type { Failure } from '../../outbound/failure.ts';
import { noPublicUrl, shownUrl } from '../addresses.ts';
import { type CheckFinding, count } from '../check-finding.ts';
import { type Usage, usedReasons } from './reason-usage.ts';
import { describeWebhook, planWebhooks, type WebhookStep, webhookPath } from './registration.ts';
import { type WarehouseApi, warehouseApi } from './warehouse-api.ts';
import { WEBHOOKS, type WebhooksApi, webhooksApi } from './webhooks-api.ts';

/** How far back the reasons in use are looked at. */
export const REASONS_DAYS = 30;

const titles = {
  key: "Loop's key",
  webhooks: "Loop's webhooks",
  destinations: "Loop's destinations",
  reasons: 'Return reasons',
} as const;

/** What there is to say of a merchant's side in Loop. */
export async function checkLoop(
  merchant: Merchant,
  publicUrl: string | null,
  call: MakeCall,
  now: Date,
): Promise<CheckFinding[]> {
  const api = webhooksApi(merchant.loop, call);
  const mapping = merchant.returnReasons;
  const [usage, webhooks, destinations] = await Promise.all([
    askReasons(warehouseApi(merchant, call), mapping, now),
    api.webhooks(),
    merchant.loop.destinations === null ? null : api.destinations(),
  ]);
  // What a wrong key or a vendor that is down means for each question alike is said once.
  if (usage.kind !== 'used' && usage.kind === webhooks.kind) {
    return [
      keyFinding(usage, merchant),
      { mark: 'skipped', title: titles.webhooks, text: 'not asked for: see above' },
    ];
  }
  return [
    keyFinding(usage, merchant),
    webhooksFinding(webhooks, merchant, publicUrl),
    destinationsFinding(merchant, destinations),
    ...(usage.kind === 'used' ? [reasonsFinding(usage.reasons, merchant.slug)] : []),
  ];
}

function askReasons(api: WarehouseApi, mapping: Merchant['returnReasons'], now: Date): Promise<Usage> {
  const window = { from: new Date(now.getTime() - REASONS_DAYS * aDayMs), to: now };
  // Where no reason is mapped, no parent can be.
  const isOpen = (reason: string) => mapping.size > 0 && !mapping.has(reason.trim().toLowerCase());
  return usedReasons(api, mapping, window, isOpen);
}

function keyFinding(usage: Usage, merchant: Merchant): CheckFinding {
  const title = titles.key;
  if (usage.kind === 'used') return { mark: 'good', title, text: 'is accepted, and may read returns' };
  return {
    mark: 'bad',
    title,
    ...failureWords(usage, merchant, {
      text: 'Loop refuses it for returns.',
      fix: "Compare loop.apiKey with the key in Loop's admin, under Developer tools, and see that the key has the scope Returns there.",
    }),
  };
}

function failureWords(
  failure: Failure,
  merchant: Merchant,
  keyRefusal: { text: string; fix: string },
): { text: string; fix: string } {
  if (failure.kind === 'paused' && failure.isKeyRefused) return keyRefusal;
  const address = shownUrl(merchant.loop.apiUrl);
  return failure.kind === 'refused'
    ? { text: `Loop says no: ${failure.why}`, fix: `See that loop.apiUrl is right: ${address}` }
    : {
        text: `${failure.why}.`,
        fix: `Check again later. If it stays so, see that loop.apiUrl is right: ${address}`,
      };
}

function webhooksFinding(
  answer: Awaited<ReturnType<WebhooksApi['webhooks']>>,
  merchant: Merchant,
  publicUrl: string | null,
): CheckFinding {
  const title = titles.webhooks;
  if (answer.kind !== 'webhooks') {
    const text = 'Loop does not let the key see them.';
    const fix = "Give the key the scope Developer Tools in Loop's admin, under Developer tools.";
    return { mark: 'bad', title, ...failureWords(answer, merchant, { text, fix }) };
  }
  if (publicUrl === null) return { mark: 'bad', title, ...noPublicUrl };
  const { steps, left } = planWebhooks(answer.webhooks, publicUrl, merchant.slug, true);
  const here = publicUrl + webhookPath(merchant.slug);
  const isAnyToCreate = steps.some((step) => step.kind === 'create');
  const byHand = isAnyToCreate
    ? ["what Loop does not let it register, create in Loop's admin, under Developer tools"]
    : [];
  const stray = left.map((webhook) => `also there: ${describeWebhook(webhook)}`);
  if (steps.length === 0) {
    return { mark: 'good', title, text: `${WEBHOOKS.length} active, to ${here}`, details: stray };
  }
  return {
    mark: 'bad',
    title,
    text: `${steps.length} of ${WEBHOOKS.length} are not as they should be`,
    details: [...steps.map(webhookTrouble), ...byHand, ...stray],
    command: `npm run merchants -- register ${merchant.slug}`,
  };
}

function webhookTrouble(step: WebhookStep): string {
  const { trigger } = step.wanted;
  switch (step.kind) {
    case 'create':
      return `${trigger} is not registered`;
    case 'activate':
      return `${trigger} is inactive`;
    case 'move':
      return `${trigger} goes to ${shownUrl(step.from)}`;
  }
}

function destinationsFinding(
  merchant: Merchant,
  answer: Awaited<ReturnType<WebhooksApi['destinations']>> | null,
): CheckFinding {
  const title = titles.destinations;
  const ids = merchant.loop.destinations;
  if (ids === null || answer === null) {
    return { mark: 'good', title, text: 'none in the file, so every return goes to MasonHub' };
  }
  if (answer.kind !== 'destinations') {
    const text = 'Loop does not let the key see them.';
    const fix = "Give the key the scope Destinations (Read) in Loop's admin, under Developer tools.";
    return { mark: 'bad', title, ...failureWords(answer, merchant, { text, fix }) };
  }
  const known = new Map(answer.destinations.map(({ id, name }) => [id, name ?? 'without a name']));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length === 0) {
    return { mark: 'good', title, text: ids.map((id) => `${id} ${known.get(id)}`).join(', ') };
  }
  const all = [...known].map(([id, name]) => `${id} ${name}`);
  return {
    mark: 'bad',
    title,
    text: `Loop does not know ${unknown.join(', ')}.`,
    fix:
      all.length === 0
        ? 'Loop has no destinations: remove loop.destinations.'
        : `Correct loop.destinations. Loop has: ${all.join(', ')}`,
  };
}

const mostNamed = 5;

function reasonsFinding(
  reasons: readonly { reason: string; items: number; code: string | null }[],
  slug: string,
): CheckFinding {
  const title = titles.reasons;
  const open = reasons.filter(({ code }) => code === null);
  const within = `in the last ${REASONS_DAYS} days`;
  if (reasons.length === 0) return { mark: 'good', title, text: `none used ${within}` };
  if (open.length === 0) {
    return { mark: 'good', title, text: `${count(reasons.length, 'reason')} used ${within}, all mapped` };
  }
  const items = open.reduce((sum, one) => sum + one.items, 0);
  const more = open.length > mostNamed ? [`and ${open.length - mostNamed} more`] : [];
  const goOut = open.length === 1 ? 'is not mapped and goes out' : 'are not mapped and go out';
  return {
    mark: 'hint',
    title,
    text: `${count(open.length, 'reason')} (${count(items, 'item')} ${within}) ${goOut} as other:`,
    details: [...open.slice(0, mostNamed).map((one) => `${one.reason} (${one.items})`), ...more],
    command: `npm run merchants -- reasons ${slug}`,
  };
}
