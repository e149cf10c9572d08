import { type DemoReturn, flagged, refunded } from './return.ts';

/** What goes wrong between systems: repeats, late and lost messages, outages, refusals. */
export const troubles: readonly DemoReturn[] = [
  {
    title: 'Every message arrives three times or more',
    merchant: 'acme',
    play: async (stage) => {
      const { loop, hub, id } = stage;
      await stage.opened(['TEE-RED-M']);
      const webhook = loop.deliveries.findLast(({ trigger, body }) => trigger !== null && body.includes(id));
      await loop.deliver(webhook?.body ?? '', { times: 2 });
      const receipt = hub.receivedEnvelope(id);
      await hub.deliver(receipt, { times: 3 });
      await stage.aMoment();
      await hub.receive(id, 'all-available', { apiVersion: '1.0' });
      await stage.aMoment();
    },
    end: { ...refunded, notes: [], asked: { 'TEE-RED-M': 1 } },
  },
  {
    title: 'The label is late, and the shopper adds an item',
    merchant: 'acme',
    play: async (stage) => {
      const { loop, id } = stage;
      await stage.opened(['TEE-RED-M'], 'late');
      await loop.addLabel(id, { carrier: 'UPS', trackingNumber: '1Z999AA10123456784' });
      await stage.until('the RMA has the tracking number', () => stage.rma?.version === 2);
      await loop.updateReturn(id, { items: [{ sku: 'TEE-RED-M' }, { sku: 'HAT-WOOL' }] });
      await stage.until('the RMA has both items', () => stage.rma?.lines.length === 2);
      await stage.sandbox('receiveFull');
    },
    end: { ...refunded, notes: [], asked: { 'TEE-RED-M': 1, 'HAT-WOOL': 1 } },
  },
  {
    title: 'Messages arrive in the wrong order',
    merchant: 'acme',
    play: async (stage) => {
      const { loop, hub, id } = stage;
      await stage.opened(['MUG-RED', 'MUG-RED']);
      const asItWas = loop.payloadOf(id, 'return.updated');
      await loop.updateReturn(id, { items: [{ sku: 'MUG-RED' }] });
      await stage.until('the RMA has one mug', () => stage.rma?.lines[0]?.quantity === 1);
      await loop.deliver(asItWas);
      await stage.aMoment();
      await hub.deliver(hub.receivedEnvelope(id));
      await stage.aMoment();
      await hub.progress(id, 'onDock');
      await hub.progress(id, 'inTransit');
      await hub.receive(id);
      await stage.aMoment();
    },
    end: { ...refunded, notes: [], asked: { 'MUG-RED': 1 } },
  },
  {
    title: 'Both vendors have a bad moment',
    merchant: 'acme',
    play: async (stage) => {
      stage.hub.answerNext('create', { status: 503, body: { message: 'Service unavailable.' } });
      await stage.opened(['HAT-WOOL']);
      stage.loop.answerNext('process', { status: 500, body: { message: 'Server Error' } });
      await stage.hub.receive(stage.id);
    },
    end: { ...refunded, notes: [], asked: { 'HAT-WOOL': 1 } },
  },
  {
    title: 'Vendors do the work, but their answers are lost on the way',
    merchant: 'acme',
    play: async (stage) => {
      stage.hub.answerNext('create', 'work-then-drop');
      await stage.opened(['MUG-RED']);
      await stage.untilStatus('open');
      stage.loop.answerNext('flag', 'work-then-drop');
      stage.loop.answerNext('note', 'work-then-drop');
      await stage.hub.receive(stage.id, [{ sku: 'MUG-RED', status: 'damaged', note: 'In pieces' }]);
      await stage.untilTimelineHas('note.added');
    },
    end: { ...flagged, notes: [['1 × MUG-RED', 'damaged', 'In pieces']], asked: { 'MUG-RED': 1 } },
  },
  {
    title: 'Webhook and callback are lost; the next poll finds both',
    merchant: 'acme',
    play: async (stage) => {
      stage.loop.silence();
      stage.hub.silence();
      await stage.opened(['SOCKS-3']);
      await stage.hub.receive(stage.id);
      stage.loop.resume();
      await stage.untilStatus('processed');
      stage.hub.resume();
    },
    end: { ...refunded, notes: [], asked: { 'SOCKS-3': 1 } },
  },
  {
    title: 'MasonHub does not know the item; a person adds it and retries',
    merchant: 'acme',
    play: async (stage) => {
      const addToCatalogue = stage.hub.refuseSku('CAP-NEW');
      await stage.created(['CAP-NEW']);
      await stage.untilStatus('attention');
      addToCatalogue();
      await stage.pressRetry();
      await stage.untilStatus('open');
      await stage.sandbox('receiveFull');
    },
    end: { ...refunded, notes: [], asked: { 'CAP-NEW': 1 } },
  },
  {
    title: 'Loop refuses with status 200: the merchant is reviewing',
    merchant: 'acme',
    play: async (stage) => {
      await stage.opened(['TEE-RED-M']);
      stage.atLoop.state = 'review';
      await stage.loop.updateReturn(stage.id, {});
      await stage.aMoment();
      await stage.sandbox('receiveFull');
    },
    end: {
      status: 'attention',
      refunds: 0,
      flags: 0,
      notes: [],
      loop: 'review',
      rma: 'received',
      asked: { 'TEE-RED-M': 1 },
    },
  },
  {
    title: 'Loop takes the refund message, and then the payment fails',
    merchant: 'acme',
    play: async (stage) => {
      const { loop, id } = stage;
      await stage.opened(['HAT-WOOL']);
      loop.closeProcessedAfter(null);
      await stage.sandbox('receiveFull');
      await stage.untilStatus('processing');
      loop.closeProcessedAfter(50);
      await loop.failProcessing(id, 'The payment provider declined the refund.');
    },
    end: {
      status: 'attention',
      refunds: 1,
      flags: 0,
      notes: [],
      loop: 'open',
      rma: 'received',
      asked: { 'HAT-WOOL': 1 },
    },
  },
  {
    title: 'The shopper keeps it after all',
    merchant: 'acme',
    play: async (stage) => {
      await stage.opened(['TEE-RED-M']);
      await stage.loop.cancelReturn(stage.id);
    },
    end: {
      status: 'cancelled',
      refunds: 0,
      flags: 0,
      notes: [],
      loop: 'cancelled',
      rma: 'deleted',
      asked: { 'TEE-RED-M': 1 },
    },
  },
];
