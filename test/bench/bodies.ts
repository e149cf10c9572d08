import { createHmac } from 'node:crypto';
import { phpJson, usualStyles, webhookPayload } from '../../src/stand-ins/loop/payloads.ts';
import { ReturnBook } from '../../src/stand-ins/loop/returns.ts';

/** A webhook as Loop sends it: `return.created` with one or two items, about 2 kB. */
export interface SignedBody {
  readonly body: Buffer;
  readonly signature: string;
}

/**
 * Webhooks of as many different returns, in the styles that Loop's payloads come in.
 * @param firstId the first return's id; the others follow it
 */
export function signedBodies(secret: string, firstId: number, count: number): SignedBody[] {
  const book = new ReturnBook();
  return Array.from({ length: count }, (_, index) => {
    const id = String(firstId + index);
    const items = [{ sku: 'TEE-RED-M', reason: 'Too big' }, { sku: 'HAT-WOOL' }].slice(index % 2);
    const made = book.create({ id, items, orderName: `#${id}` });
    const style = usualStyles[index % usualStyles.length];
    if (style === undefined) throw new Error('The stand-in Loop has no style');
    const body = Buffer.from(phpJson(webhookPayload(made, 'return.created', style)));
    return { body, signature: createHmac('sha256', secret).update(body).digest('base64') };
  });
}
