import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { LoopLabelSpec } from '../loop/labels.ts';
import type { StandInReturn } from '../loop/returns.ts';
import type { StandInRma } from '../masonhub/rmas.ts';
import type { MerchantSlug, Vendors, World } from './world.ts';

const shownReturn = z.object({
  status: z.string(),
  reason: z.string().nullable(),
  timeline: z.array(z.object({ at: z.coerce.date(), event: z.string(), detail: z.string().nullable() })),
});
/** A return as the service's API shows it. */
export type ReturnOfService = z.infer<typeof shownReturn>;

/** What the sandbox can be told to let happen to an RMA. */
export type SandboxEvent =
  | 'inTransit'
  | 'delivered'
  | 'receivingStarted'
  | 'receiveFull'
  | 'receivePartial'
  | 'receiveUnexpected';

/** Its label comes with the return, or later; or it has several from the start. */
type Labels = 'now' | 'late' | readonly LoopLabelSpec[];

/** How long anything may take that the demo waits for. */
const patienceMs = 8_000;

/** One return's place: its merchant's vendors, and the things that people there do with it. */
export class Stage {
  readonly id: string;
  readonly merchant: MerchantSlug;
  readonly loop: Vendors['loop'];
  readonly hub: Vendors['hub'];
  readonly #world: World;

  readonly #stop: AbortSignal;

  constructor(world: World, merchant: MerchantSlug, id: string, stop: AbortSignal) {
    this.#world = world;
    this.#stop = stop;
    this.id = id;
    this.merchant = merchant;
    this.loop = world.vendors[merchant].loop;
    this.hub = world.vendors[merchant].hub;
  }

  /** The return as Loop has it. */
  get atLoop(): StandInReturn {
    const found = this.loop.returns.get(this.id);
    if (found === undefined) throw new Error(`Loop has no return ${this.id}`);
    return found;
  }

  get rma(): StandInRma | undefined {
    return this.hub.rmas.get(this.id);
  }

  /** Its parcels that came without an RMA, as MasonHub has them. */
  get blindParcels(): readonly StandInRma[] {
    const numbers = this.loop.returns.get(this.id)?.labels.map(({ trackingNumber }) => trackingNumber) ?? [];
    return this.hub.blindParcels.filter(({ record }) => numbers.some((one) => one === record['package_id']));
  }

  /** The return in the service's API; null while it has none. */
  async shown(): Promise<ReturnOfService | null> {
    const answer = await this.#api('GET', '');
    return answer.ok ? shownReturn.parse(await answer.json()) : null;
  }

  /** An operator asks for another try of the step that failed. */
  async pressRetry(): Promise<void> {
    const answer = await this.#api('POST', '/retry');
    if (!answer.ok) throw new Error(`The retry was answered with ${answer.status}`);
  }

  /** The shopper starts a return; the RMA for it is open when this resolves. */
  async opened(skus: readonly string[], labels: Labels = 'now'): Promise<void> {
    await this.created(skus, labels);
    await this.until('the RMA is open', () => this.rma !== undefined);
  }

  async created(skus: readonly string[], labels: Labels = 'now'): Promise<void> {
    const reason = 'Item was too big';
    const items = skus.map((sku) => ({ sku, reason }));
    const labelled = typeof labels === 'string' ? { label: labels } : { labels };
    await this.loop.createReturn({ id: this.id, items, ...labelled });
  }

  /** Has the sandbox make an event happen, over HTTP as MasonHub documents it. */
  async sandbox(event: SandboxEvent): Promise<void> {
    const answer = await fetch(`${this.hub.url}/data_factory/rmaEvent`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.#world.vendors[this.merchant].apiToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify([{ customer_identifier: this.id, event }]),
    });
    if (!answer.ok) throw new Error(`The sandbox answered the event ${event} with ${answer.status}`);
  }

  async untilStatus(...wanted: string[]): Promise<void> {
    await this.until(`its status is ${wanted.join(' or ')}`, async () =>
      wanted.includes((await this.shown())?.status ?? ''),
    );
  }

  /** Lets the service catch up, so that what it makes of a message is seen before the next one comes. */
  async aMoment(): Promise<void> {
    await wait(120, undefined, { signal: this.#stop });
  }

  async untilTimelineHas(event: string): Promise<void> {
    await this.until(`its timeline has ${event}`, async () =>
      Boolean((await this.shown())?.timeline.some((entry) => entry.event === event)),
    );
  }

  /** @throws where it does not come true in time, naming what was waited for; or where the demo is stopped */
  async until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!(await isTrue())) {
      if (Date.now() > deadline) throw new Error(`waited ${patienceMs / 1000} s in vain until ${what}`);
      await wait(50, undefined, { signal: this.#stop });
    }
  }

  #api(method: 'GET' | 'POST', path: string): Promise<Response> {
    return fetch(`${this.#world.url}/api/returns/${this.merchant}/${this.id}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#world.opsToken}` },
    });
  }
}
