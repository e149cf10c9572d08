import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isSignedByLoop, understandWebhook } from '../../../src/vendors/loop/webhooks.ts';
import { only, returnWebhook } from './webhook-bodies.ts';

const secret = 'whsec-first';

function sign(body: Buffer, with_: string = secret): string {
  return createHmac('sha256', with_).update(body).digest('base64');
}

describe("Loop's signature", () => {
  /** As PHP writes JSON: slashes are escaped, and so is what is not ASCII. */
  const body = Buffer.from('{"topic":"return","url":"https:\\/\\/example.com\\/a","title":"Caf\\u00e9"}');

  test('proves the raw bytes, slashes escaped as PHP does', () => {
    expect(isSignedByLoop(body, sign(body), [secret])).toBe(true);
  });

  test('does not prove the same JSON written in another way', () => {
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
    expect(isSignedByLoop(body, sign(rewritten), [secret])).toBe(false);
    expect(isSignedByLoop(rewritten, sign(body), [secret])).toBe(false);
  });

  test('proves bytes that are not even text', () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x0a]);
    expect(isSignedByLoop(bytes, sign(bytes), [secret])).toBe(true);
  });

  test('is accepted with any of several secrets', () => {
    const secrets = ['whsec-other', secret, 'whsec-third'];
    expect(isSignedByLoop(body, sign(body), secrets)).toBe(true);
    expect(isSignedByLoop(body, sign(body, 'whsec-third'), secrets)).toBe(true);
    expect(isSignedByLoop(body, sign(body, 'whsec-fourth'), secrets)).toBe(false);
  });

  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['cut short', sign(body).slice(0, 20)],
    ['too long', `${sign(body).slice(0, -1)}AAAA`],
    ['not base64', '***'],
    ['hexadecimal', createHmac('sha256', secret).update(body).digest('hex')],
    ['of another body', sign(Buffer.from('{}'))],
    ['of another secret', sign(body, 'guess')],
  ])('is refused where it is %s', (_, signature) => {
    expect(isSignedByLoop(body, signature, [secret])).toBe(false);
  });

  test('is refused where no secret is known', () => {
    expect(isSignedByLoop(body, sign(body), [])).toBe(false);
  });
});

describe('a webhook about a failure to process', () => {
  const failure = (changes: Record<string, unknown> = {}) => ({
    topic: 'return.processing',
    trigger: 'return.processing.failed',
    return_id: '26442641',
    return_state: 'open',
    message: 'The gateway declined the refund',
    source: null,
    ...changes,
  });

  test('says why', () => {
    expect(only(understandWebhook(failure()))).toEqual({
      loopReturnId: '26442641',
      event: { kind: 'processingFailed', message: 'The gateway declined the refund' },
    });
  });

  test('names its return by either of two fields, as those about labels do', () => {
    const named = understandWebhook(failure({ return_id: undefined, id: 26442641 }));
    expect(only(named).loopReturnId).toBe('26442641');
    expect(understandWebhook(failure({ return_id: undefined }))).toMatchObject({
      result: 'rejected',
      issues: [{ path: 'return_id' }],
    });
  });

  test.each([null, '', undefined, { text: 'No' }])('says no reason where the message is %j', (message) => {
    const { event } = only(understandWebhook(failure({ message })));
    expect(event.kind === 'processingFailed' && event.message).toBeNull();
  });
});

describe('a webhook about something else', () => {
  test.each([
    ['restock', 'restock.requested'],
    ['label.request', 'label.request.issued'],
    ['giftcard', 'giftcard.requested'],
    ['happy.returns.shipment', 'happy.returns.shipment.created'],
    ['restock', 'return.created'],
  ])('with the topic %s and the trigger %s is ignored', (topic, trigger) => {
    expect(understandWebhook({ topic, trigger, id: 'anything' }).result).toBe('ignored');
  });

  test.each([{}, { topic: null, trigger: '' }, { trigger: 'restock' }])(
    'is ignored where neither topic nor trigger says what it is about: %j',
    (head) => {
      const message = { ...returnWebhook(), topic: undefined, trigger: undefined, ...head };
      expect(understandWebhook(message).result).toBe('ignored');
    },
  );

  test('is rejected where nothing in it says what it could be about, and the message names the field', () => {
    for (const json of [{}, { topic: null, trigger: '' }, { items: [] }])
      expect(understandWebhook(json)).toMatchObject({ result: 'rejected', issues: [{ path: 'topic' }] });
  });

  test.each([null, [], 'text', 1, true])('is rejected where the body is %j', (json) => {
    expect(understandWebhook(json).result).toBe('rejected');
  });

  test.each(['topic', 'trigger'])('whose %s is no text is read as one that leaves it out', (field) => {
    expect(understandWebhook(returnWebhook({ [field]: {} }))).toEqual(
      understandWebhook(returnWebhook({ [field]: undefined })),
    );
    expect(understandWebhook(returnWebhook({ [field]: {} })).result).toBe('accepted');
  });

  test('is ignored with words that the database can keep', () => {
    const understood = understandWebhook({ topic: 'x', trigger: `a\u0000b${'👕'.repeat(60)}` });
    if (understood.result !== 'ignored') throw new Error(understood.result);
    expect(understood.why).not.toContain('\u0000');
    expect(understood.why.isWellFormed()).toBe(true);
  });
});
