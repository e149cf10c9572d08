import type { JsonObject } from '../json.ts';
import { labelPayload } from './label-payload.ts';
import { type LabelShape, type StandInLabel, shownLabel } from './labels.ts';
import { returnFields } from './return-payload.ts';
import type { StandInReturn } from './returns.ts';
import { number, type PayloadStyle, SHOP_ID } from './style.ts';
import { type LoopTopic, type StandInTrigger, topicOf } from './topics.ts';

export { type PayloadStyle, phpJson, usualStyles } from './style.ts';

/** What a webhook tells beside the return itself. */
export interface WebhookNews {
  /** The one that the trigger goes with, unless somebody subscribed to it with another. */
  topic?: LoopTopic;
  /** The label of a `label` payload, null for none yet; the one that stands for all unless given. */
  label?: StandInLabel | null;
  labelShape?: LabelShape;
  /** Why processing failed. */
  message?: string | null;
}

/** The payload of a webhook about a return: the topic decides its shape, the trigger says only when it is sent. */
export function webhookPayload(
  about: StandInReturn,
  trigger: StandInTrigger,
  style: PayloadStyle,
  told: WebhookNews = {},
): JsonObject {
  switch (told.topic ?? topicOf(trigger)) {
    case 'return':
      return returnPayload(about, trigger, style);
    case 'label': {
      const label = told.label === undefined ? shownLabel(about.labels) : (told.label ?? undefined);
      return labelPayload(about, trigger, style, label, told.labelShape ?? 'today');
    }
    case 'return.processing':
      return processingPayload(about, trigger, style, told.message ?? null);
  }
}

function returnPayload(about: StandInReturn, trigger: StandInTrigger, style: PayloadStyle): JsonObject {
  const head = { topic: 'return', trigger, shop_id: number(String(SHOP_ID), style) };
  return { ...head, ...returnFields(about, style) };
}

function processingPayload(
  about: StandInReturn,
  trigger: StandInTrigger,
  style: PayloadStyle,
  message: string | null,
): JsonObject {
  const source = message === null ? null : 'warehouse';
  const head = { topic: 'return.processing', trigger };
  return { ...head, return_id: number(about.id, style), return_state: about.state, message, source };
}
