import { type DemoReturn, flagged, refunded } from './return.ts';

/** What warehouses find in parcels: the rule that moves money, case by case. */
export const parcels: readonly DemoReturn[] = [
  {
    title: 'Everything comes back as it should',
    merchant: 'acme',
    play: async (stage) => {
      await stage.opened(['TEE-RED-M', 'TEE-RED-M', 'HAT-WOOL']);
      await stage.sandbox('inTransit');
      await stage.sandbox('receivingStarted');
      await stage.sandbox('receiveFull');
    },
    end: { ...refunded, notes: [], asked: { 'TEE-RED-M': 2, 'HAT-WOOL': 1 } },
  },
  {
    title: 'One of two shirts arrives damaged',
    merchant: 'acme',
    play: async (stage) => {
      await stage.opened(['TEE-RED-M', 'TEE-RED-M']);
      const hole = { sku: 'TEE-RED-M', status: 'damaged', note: 'Hole in a sleeve' };
      await stage.hub.receive(stage.id, [{ sku: 'TEE-RED-M' }, hole], { apiVersion: '1.0' });
    },
    end: {
      ...flagged,
      notes: [['1 × TEE-RED-M', 'damaged', 'Hole in a sleeve']],
      asked: { 'TEE-RED-M': 2 },
    },
  },
  {
    title: 'The hat is not in the box',
    merchant: 'acme',
    play: async (stage) => {
      await stage.opened(['TEE-RED-M', 'HAT-WOOL']);
      await stage.sandbox('receivePartial');
    },
    end: {
      ...flagged,
      notes: [['1 × HAT-WOOL', 'missing']],
      asked: { 'TEE-RED-M': 1, 'HAT-WOOL': 1 },
    },
  },
  {
    title: 'A blue mug comes back instead of the red one',
    merchant: 'acme',
    play: async (stage) => {
      await stage.opened(['MUG-RED']);
      await stage.hub.receive(stage.id, [{ sku: 'MUG-BLUE', extra: true }]);
    },
    end: {
      ...flagged,
      notes: [['1 × MUG-RED', 'missing', '1 × MUG-BLUE', 'also came']],
      asked: { 'MUG-RED': 1 },
    },
  },
  {
    title: 'Everything comes back, and something else with it',
    merchant: 'acme',
    play: async (stage) => {
      await stage.opened(['TEE-RED-M']);
      await stage.sandbox('receiveUnexpected');
    },
    end: {
      ...refunded,
      notes: [['1 × UNEXPECTED-ITEM', 'also came']],
      asked: { 'TEE-RED-M': 1 },
    },
  },
  {
    title: 'The warehouse puts the hat into quarantine',
    merchant: 'acme',
    play: async (stage) => {
      await stage.opened(['HAT-WOOL']);
      await stage.hub.receive(stage.id, [{ sku: 'HAT-WOOL', status: 'quarantine' }]);
    },
    end: {
      ...flagged,
      notes: [['1 × HAT-WOOL', 'quarantine']],
      asked: { 'HAT-WOOL': 1 },
    },
  },
  {
    title: 'Quality control takes its time, and the hat is fine',
    merchant: 'acme',
    play: async (stage) => {
      await stage.opened(['HAT-WOOL']);
      await stage.hub.receive(stage.id, [{ sku: 'HAT-WOOL', status: 'quality-control' }]);
      await stage.untilStatus('inspecting');
      await stage.hub.receive(stage.id);
    },
    end: { ...refunded, notes: [], asked: { 'HAT-WOOL': 1 } },
  },
  {
    title: 'Quality control finds that one of two mugs is broken',
    merchant: 'acme',
    play: async (stage) => {
      await stage.opened(['MUG-RED', 'MUG-RED']);
      await stage.hub.receive(stage.id, [{ sku: 'MUG-RED', status: 'qc', quantity: 2 }]);
      await stage.untilStatus('inspecting');
      const broken = { sku: 'MUG-RED', status: 'damaged', note: 'Handle broken' };
      await stage.hub.receive(stage.id, [{ sku: 'MUG-RED' }, broken]);
    },
    end: {
      ...flagged,
      notes: [['1 × MUG-RED damaged', 'Handle broken', '1 × MUG-RED fine']],
      asked: { 'MUG-RED': 2 },
    },
  },
  {
    title: 'It comes in two boxes, and the second one names no RMA',
    merchant: 'acme',
    play: async (stage) => {
      await stage.opened(
        ['TEE-RED-M', 'HAT-WOOL'],
        [
          { carrier: 'UPS', trackingNumber: '1Z999AA10123456001', items: [0] },
          { carrier: 'UPS', trackingNumber: '1Z999AA10123456002', items: [1] },
        ],
      );
      await stage.hub.receive(stage.id, [{ sku: 'TEE-RED-M' }]);
      await stage.untilTimelineHas('waiting.parcel');
      await stage.hub.receiveBlind('1Z999AA10123456002', [{ sku: 'HAT-WOOL' }]);
    },
    end: { ...refunded, notes: [], asked: { 'TEE-RED-M': 1, 'HAT-WOOL': 1 } },
  },
  {
    title: 'A box comes that no RMA announced, before its return is known',
    merchant: 'acme',
    play: async (stage) => {
      const { loop, hub, id } = stage;
      loop.silence();
      await stage.created(['SOCKS-3'], [{ carrier: 'UPS', trackingNumber: '1Z999AA10123456003' }]);
      loop.resume();
      await hub.receiveBlind('1Z999AA10123456003', [{ sku: 'SOCKS-3' }]);
      await stage.aMoment();
      await loop.deliver(loop.payloadOf(id, 'return.created'));
    },
    // It is opened for the return all the same; what was in the box is held against it.
    end: { ...refunded, rma: 'open', notes: [], asked: { 'SOCKS-3': 1 } },
  },
  {
    title: 'All is well, but this merchant has refund messages off',
    merchant: 'borealis',
    play: async (stage) => {
      await stage.opened(['SOCKS-3', 'SOCKS-3']);
      await stage.sandbox('receiveFull');
    },
    end: {
      status: 'held',
      refunds: 0,
      flags: 0,
      notes: [],
      loop: 'open',
      rma: 'received',
      asked: { 'SOCKS-3': 2 },
    },
  },
  {
    title: 'Damage is flagged for that merchant all the same',
    merchant: 'borealis',
    play: async (stage) => {
      await stage.opened(['SOCKS-3']);
      await stage.hub.receive(stage.id, [{ sku: 'SOCKS-3', status: 'damaged', note: 'Worn' }]);
    },
    end: {
      ...flagged,
      notes: [['1 × SOCKS-3', 'damaged', 'Worn']],
      asked: { 'SOCKS-3': 1 },
    },
  },
];
