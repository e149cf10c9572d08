import type { Merchants } from '../../src/config/merchants.ts';
import { parseMerchants } from '../../src/config/merchants.ts';
import { specOf, strangeSku } from '../faults/merchants.ts';
import type { PlannedReturn } from '../faults/plan.ts';
import { play } from '../faults/play.ts';
import type { Seen } from '../faults/seen.ts';
import { merchantsFileOf, startVendors, type Vendors } from '../support/vendors.ts';
import type { SimulatedNetwork } from './network.ts';
import type { Eye } from './observer.ts';
import { runAs, runForReal } from './runtime.ts';
import type { SimulatedSchedule, SimulatedTrouble } from './schedule.ts';
import type { Actor, Scheduler } from './scheduler.ts';

/** People who look all the time act in the middle of things, and others long after; looking costs a step each time. */
const looksEveryMs = [300, 3_000, 20_000];

export interface PeopleParts {
  readonly scheduler: Scheduler;
  readonly network: SimulatedNetwork;
  readonly eye: Eye;
  /** Hears what a return waited for in vain. */
  readonly missed: (id: string, what: string) => void;
  /** Until then they wait for what their plan waits for, in simulated milliseconds. */
  readonly patientUntil: number;
}

/** The shoppers, the vendors' people, and both vendors of each merchant. */
export class People {
  readonly actor: Actor;
  /** Parcels that belong to no return. */
  readonly strays: { readonly merchant: string; readonly trackingNumber: string }[] = [];
  readonly #parts: PeopleParts;
  readonly #vendors = new Map<string, Vendors>();
  readonly #sending = new Set<Promise<unknown>>();
  #playing = 0;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
    this.actor = parts.scheduler.actor('people');
  }

  /** Opens the vendors' doors. @returns the merchants as the service is to know them */
  async open(slugs: SimulatedSchedule['merchants']): Promise<Merchants> {
    const { network } = this.#parts;
    const { post } = network;
    await runAs(this.actor, async () => {
      for (const slug of slugs) {
        const { loop, masonhub, ...spec } = specOf(slug);
        const vendors = await startVendors(slug, {
          ...spec,
          loop: { ...loop, serve: network.serve(`loop-${slug}`), post },
          masonhub: { ...masonhub, serve: network.serve(`masonhub-${slug}`), post },
        });
        vendors.sendTo('http://service.test');
        this.#vendors.set(slug, vendors);
      }
    });
    return this.merchants();
  }

  /** As they were when the doors were opened. */
  merchants(): Merchants {
    return parseMerchants(merchantsFileOf(this.vendors()), {}, 'merchants.yaml');
  }

  vendors(): Vendors[] {
    return [...this.#vendors.values()];
  }

  vendorsOf(slug: string): Vendors {
    const found = this.#vendors.get(slug);
    if (found === undefined) throw new Error(`There is no merchant ${slug}`);
    return found;
  }

  /** Whether some of what they have planned is still to come, or a message is on its way. */
  isBusy(): boolean {
    return this.#playing > 0 || this.#sending.size > 0;
  }

  /** Sets the times at which everything begins, counted from now. */
  arrange({
    returns,
    troubles = [],
  }: Pick<SimulatedSchedule, 'returns'> & Partial<Pick<SimulatedSchedule, 'troubles'>>): void {
    for (const planned of returns) {
      this.#playing += 1;
      this.#at(planned.at, `begin ${planned.id}: ${planned.story}`, () => void this.#play(planned));
    }
    for (const trouble of troubles) {
      if (trouble.kind === 'repeat') this.#at(trouble.atMs, 'repeat messages', () => this.#repeat(trouble));
      if (trouble.kind === 'stray parcel') {
        this.#at(trouble.atMs, 'a parcel of nobody', () => this.#receiveStray(trouble));
      }
    }
  }

  #at(ms: number, label: string, happen: () => void): void {
    // Not waited for: what is begun here goes on as its turn comes.
    this.#parts.scheduler.after(ms, this.actor, label, () => void runAs(this.actor, happen));
  }

  #send(message: Promise<unknown>): void {
    this.#sending.add(message);
    void message.finally(() => this.#sending.delete(message));
  }

  async #play(planned: PlannedReturn): Promise<void> {
    const { scheduler, missed, patientUntil } = this.#parts;
    const vendors = this.vendorsOf(planned.merchant);
    const deadline = {
      get passed() {
        return scheduler.now > patientUntil;
      },
    };
    const observer = { seen: (merchant: string, id: string) => this.#seen(merchant, id) };
    const everyMs = scheduler.dice.pick(looksEveryMs);
    const what = await play({ vendors, observer, deadline, sending: this.#sending, everyMs }, planned);
    this.#playing -= 1;
    if (what !== null) missed(planned.id, what);
  }

  /** Looking takes its turn like everything else: what is seen is so at that moment. */
  #seen(merchant: string, id: string): Promise<Seen | null> {
    const { scheduler, eye } = this.#parts;
    return new Promise((resolve) => {
      scheduler.after(0, this.actor, `look at ${id}`, async () => {
        resolve(await runForReal(() => eye.seen(merchant, id)));
      });
    });
  }

  #repeat({ merchant, vendor, which, count }: Extract<SimulatedTrouble, { kind: 'repeat' }>): void {
    const { loop, masonhub } = this.vendorsOf(merchant);
    const bodies =
      vendor === 'loop' ? loop.deliveries.map(({ body }) => body) : masonhub.answers.map(({ sent }) => sent);
    const from = Math.floor(which * Math.max(0, bodies.length - count));
    for (const body of bodies.slice(from, from + count)) {
      this.#send(vendor === 'loop' ? loop.deliver(body) : masonhub.deliver(body));
    }
  }

  #receiveStray(stray: Extract<SimulatedTrouble, { kind: 'stray parcel' }>): void {
    this.strays.push(stray);
    const { masonhub } = this.vendorsOf(stray.merchant);
    this.#send(masonhub.receiveBlind(stray.trackingNumber, [{ sku: strangeSku }]));
  }
}
