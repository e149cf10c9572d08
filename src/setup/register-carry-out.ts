import type { Merchant } from '../config/merchants.ts';
import { sentence } from '../returns/words.ts';
import type { WebhookStep } from '../vendors/loop/registration.ts';
import type { SavedWebhook } from '../vendors/loop/webhooks-api.ts';
import type { CallbacksApi, Registered } from '../vendors/masonhub/callbacks-api.ts';
import { type CallbackPlan, callbackPath, planCallback } from '../vendors/masonhub/registration.ts';
import type { Apis, Plan } from './register-plan.ts';

export interface CarriedOut {
  /** Whether MasonHub has the callback, with this token, for sure; true as well where nothing was to be done. */
  readonly callbackIsRegistered: boolean;
}

/** Does what the plan says, and tells of each step how it went. One that fails holds up no other. */
export async function carryOut(
  { loop, masonhub }: Plan,
  apis: Apis,
  merchant: Merchant,
  publicUrl: string,
  tell: (line: string) => void,
): Promise<CarriedOut> {
  for (const step of loop.steps) {
    const saved = await save(apis, step);
    tell(outcome(`Loop: ${step.wanted.trigger}`, saved, howToByHand(step)));
  }
  if (masonhub.register === null) return { callbackIsRegistered: true };
  const url = publicUrl + callbackPath(merchant.slug);
  const saved = await registerCallback(apis.masonhub, masonhub, url, merchant.masonhub.callbackToken);
  if (saved.kind === 'there') tell('✓ MasonHub: rmaEvent, which was there already');
  else tell(outcome('MasonHub: rmaEvent', saved, ''));
  if (saved.kind === 'done' && masonhub.supersedes.length > 0) {
    const removed = await removeSuperseded(apis.masonhub, masonhub.supersedes, merchant, publicUrl);
    if (removed !== null) tell(outcome('MasonHub: the old rmaEvent removed', removed, ''));
  }
  return { callbackIsRegistered: saved.kind === 'done' };
}

/**
 * MasonHub may take one registration for each address and message type. Then the old one, whose version or
 * token is to change, stands in the new one's way and goes first. What happens until the new one is there
 * comes by the poll only.
 */
async function registerCallback(
  api: CallbacksApi,
  { before, supersedes }: CallbackPlan,
  url: string,
  token: string,
): Promise<Registered> {
  const registered = await api.register(url, token);
  if (registered.kind !== 'there' || before !== 'here') return registered;
  const removed = await api.remove(registered.id === null ? supersedes : [registered.id]);
  if (removed.kind !== 'done') return removed;
  const again = await api.register(url, token);
  switch (again.kind) {
    case 'done':
      return again;
    case 'there':
      return { kind: 'refused', why: 'the old one is still there, although MasonHub has removed it' };
    default:
      return { ...again, why: `${sentence(again.why)} The old one is removed already: run this again soon` };
  }
}

function save(apis: Apis, step: WebhookStep): Promise<SavedWebhook> {
  return step.kind === 'create' ? apis.loop.create(step.wanted) : apis.loop.replace(step.id, step.wanted);
}

function outcome(what: string, saved: SavedWebhook, hint: string): string {
  return saved.kind === 'done' ? `✓ ${what}` : `✗ ${what}: ${sentence(saved.why)} ${hint}`.trimEnd();
}

/** Loop's published list of topics lacks the one for failed processing: the API may refuse it. */
function howToByHand({ wanted: { topic, trigger, url } }: WebhookStep): string {
  return `If it stays so, create it in Loop's admin, under Developer tools: topic ${topic}, trigger ${trigger}, ${url}`;
}

/**
 * MasonHub may keep one registration for each message type, and then the new one has the old one's id. So an old
 * one is removed only once another one is seen to do its work.
 * @returns null where there is nothing to remove
 */
async function removeSuperseded(
  api: CallbacksApi,
  ids: readonly string[],
  merchant: Merchant,
  publicUrl: string,
): Promise<SavedWebhook | null> {
  const answer = await api.callbacks();
  if (answer.kind !== 'callbacks') return answer;
  const isOld = (id: string | null) => id !== null && ids.includes(id);
  const others = answer.callbacks.filter(({ id }) => !isOld(id));
  const plan = planCallback(others, publicUrl, merchant.slug, false);
  const old = answer.callbacks.flatMap(({ id }) => (id !== null && isOld(id) ? [id] : []));
  return plan.register === null && old.length > 0 ? api.remove(old) : null;
}
