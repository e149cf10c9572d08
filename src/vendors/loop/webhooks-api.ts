import { z } from 'zod';
import type { Merchant } from '../../config/merchants.ts';
import type { CallResult, MakeCall } from '../../outbound/call.ts';
import type { Failure } from '../../outbound/failure.ts';
import { idText, optionalText } from '../../parsing/tolerant.ts';
import { readError } from './answers.ts';
import { refusalOr, sorted } from './sort-answer.ts';

/** A webhook's registration, as Loop shows it: without its secret, which is only in Loop's admin. */
export interface Webhook {
  readonly id: string;
  /** What a delivery holds, whatever its trigger is; null where Loop does not show it. */
  readonly topic: string | null;
  readonly trigger: string;
  readonly url: string;
  readonly active: boolean;
}

/** What a webhook is to be. */
export interface WantedWebhook {
  readonly topic: string;
  readonly trigger: string;
  readonly url: string;
  readonly active: boolean;
}

/** A place that Loop's returns can be bound for. */
export interface Destination {
  readonly id: string;
  readonly name: string | null;
}

/** The webhooks that the service lives on, by their topics. */
export const WEBHOOKS = [
  { topic: 'return', trigger: 'return.created' },
  { topic: 'return', trigger: 'return.updated' },
  { topic: 'return', trigger: 'return.closed' },
  { topic: 'label', trigger: 'label.created' },
  { topic: 'label', trigger: 'label.updated' },
  { topic: 'return.processing', trigger: 'return.processing.failed' },
] as const;

export type SavedWebhook = { readonly kind: 'done' } | Failure;

/** The part of Loop's API that a merchant's set-up needs; the service at work does not use it. */
export interface WebhooksApi {
  webhooks(): Promise<{ readonly kind: 'webhooks'; readonly webhooks: readonly Webhook[] } | Failure>;
  create(wanted: WantedWebhook): Promise<SavedWebhook>;
  /** Replaces the whole registration. */
  replace(id: string, wanted: WantedWebhook): Promise<SavedWebhook>;
  destinations(): Promise<
    { readonly kind: 'destinations'; readonly destinations: readonly Destination[] } | Failure
  >;
}

export function webhooksApi(
  { apiUrl, apiKey }: Pick<Merchant['loop'], 'apiUrl' | 'apiKey'>,
  call: MakeCall,
): WebhooksApi {
  const ask = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) =>
    call({ method, url: `${apiUrl}${path}`, headers: { 'x-authorization': apiKey }, body });
  return {
    webhooks: async () => {
      const read = readWith(webhookList, await ask('GET', '/webhooks'));
      return 'value' in read ? { kind: 'webhooks', webhooks: read.value } : read;
    },
    create: async (wanted) => readSaved(await ask('POST', '/webhooks', inLoopsWords(wanted))),
    replace: async (id, wanted) =>
      readSaved(await ask('PUT', `/webhooks/${encodeURIComponent(id)}`, inLoopsWords(wanted))),
    destinations: async () => {
      const read = readWith(destinationList, await ask('GET', '/destinations'));
      return 'value' in read ? { kind: 'destinations', destinations: read.value } : read;
    },
  };
}

function inLoopsWords({ topic, trigger, url, active }: WantedWebhook): Record<string, string> {
  return { topic, trigger, url, status: active ? 'active' : 'inactive' };
}

const webhook = z
  .object({ id: idText, topic: optionalText, trigger: z.string(), url: z.string(), status: optionalText })
  .transform(({ status, ...shown }): Webhook => ({ ...shown, active: status?.toLowerCase() === 'active' }));
const webhookList = listIn('webhooks', webhook);

const destination = z.object({ id: idText, name: optionalText });
const destinationList = listIn('destinations', destination);

/** A list under its name or bare; an entry of another kind is nothing to this service. */
function listIn<Entry extends z.ZodType>(name: string, entry: Entry) {
  const entries = z
    .array(z.unknown())
    .transform((all) => all.flatMap((one) => entry.safeParse(one).data ?? []));
  return z.union([z.object({ [name]: entries }).transform((body) => body[name] ?? []), entries]);
}

function readWith<Value>(schema: z.ZodType<Value>, outcome: CallResult): { readonly value: Value } | Failure {
  const answer = sorted(outcome);
  if (answer.kind !== 'answer') return answer;
  const read = schema.safeParse(answer.json);
  return read.success && answer.status < 300 ? { value: read.data } : refusalOr(answer);
}

/** Success is 200 with the webhook, or 204 with nothing; an error can come with any status. */
function readSaved(outcome: CallResult): SavedWebhook {
  const answer = sorted(outcome);
  if (answer.kind !== 'answer') return answer;
  return answer.status < 300 && readError(answer.json) === null ? { kind: 'done' } : refusalOr(answer);
}
