/** What a webhook is about: it decides the payload's shape. */
export type LoopTopic = 'return' | 'label' | 'return.processing';

/** When a webhook is sent. */
export type StandInTrigger =
  | 'return.created'
  | 'return.updated'
  | 'return.closed'
  | LabelTrigger
  | 'return.processing.failed';

export type LabelTrigger = 'label.requested' | 'label.created' | 'label.updated' | 'label.closed';

/** The topic that a trigger goes with as a rule; any other can be subscribed to it as well. */
export function topicOf(trigger: StandInTrigger): LoopTopic {
  switch (trigger) {
    case 'return.created':
    case 'return.updated':
    case 'return.closed':
      return 'return';
    case 'label.requested':
    case 'label.created':
    case 'label.updated':
    case 'label.closed':
      return 'label';
    case 'return.processing.failed':
      return 'return.processing';
  }
}

/** The topics that the API lets one subscribe to. */
export const publishedTopics = [
  'return',
  'label',
  'restock',
  'label.request',
  'giftcard',
  'happy.returns.shipment',
];

/** The triggers that it lets one subscribe to; each goes with every topic. */
export const publishedTriggers = [
  'return.created',
  'return.updated',
  'return.closed',
  'label.created',
  'label.updated',
  'restock.requested',
  'label.request.issued',
  'label.request.cancelled',
  'giftcard.requested',
  'shipment.processed',
];
