import { loopCallLine, masonHubCallLine, messageLine, type TrailLine, writtenAt } from './lines.ts';
import type { ReturnOfService, Stage } from './stage.ts';

interface Seen {
  readonly at: number;
  /** Called when the line is due: the answer to a call comes a moment after the call. */
  write(): TrailLine | null;
}

const lookEveryMs = 4;
const askEveryMs = 100;
/** Lines are held back this long, so that what is seen late still comes in its place. */
const holdBackMs = 160;

/**
 * Watches what the vendors see of one return, on the wire, and what the service says that it decides,
 * and tells it in the order in which it happened.
 */
export class Trail {
  /** When something was last seen. */
  lastSeenAt = Date.now();
  readonly #stage: Stage;
  readonly #tell: (line: TrailLine) => void;
  readonly #waiting: Seen[] = [];
  readonly #from: { loopCalls: number; hubCalls: number; webhooks: number; callbacks: number };
  readonly #timers: NodeJS.Timeout[];
  #timelineLength = 0;

  constructor(stage: Stage, tell: (line: TrailLine) => void) {
    const { loop, hub } = stage;
    this.#stage = stage;
    this.#tell = tell;
    this.#from = {
      loopCalls: loop.calls.length,
      hubCalls: hub.calls.length,
      webhooks: loop.deliveries.length,
      callbacks: hub.answers.length,
    };
    this.#timers = [
      setInterval(() => this.#look(), lookEveryMs),
      setInterval(() => void this.#ask(), askEveryMs),
      setInterval(() => this.#write(Date.now() - holdBackMs), lookEveryMs),
    ];
  }

  /** Tells the rest. */
  async end(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#look();
    await this.#ask();
    this.#write(Number.POSITIVE_INFINITY);
  }

  #look(): void {
    const { loop, hub, id } = this.#stage;
    const from = this.#from;
    for (const call of loop.calls.slice(from.loopCalls)) {
      if (call.returnId === id) this.#see(call.at.getTime(), () => loopCallLine(call));
    }
    for (const call of hub.calls.slice(from.hubCalls)) {
      // A poll is about no return in particular.
      if (call.query['status'] !== 'received') this.#see(call.at.getTime(), () => masonHubCallLine(call));
    }
    for (const { body, attempts } of loop.deliveries.slice(from.webhooks)) {
      this.#see(Date.now() - lookEveryMs, () => messageLine('Loop', body, attempts));
    }
    for (const { sent, attempts } of hub.answers.slice(from.callbacks)) {
      this.#see(writtenAt(sent), () => messageLine('MasonHub', sent, attempts));
    }
    from.loopCalls = loop.calls.length;
    from.hubCalls = hub.calls.length;
    from.webhooks = loop.deliveries.length;
    from.callbacks = hub.answers.length;
  }

  async #ask(): Promise<void> {
    const shown = await this.#stage.shown().catch(() => null);
    for (const entry of shown?.timeline.slice(this.#timelineLength) ?? []) {
      const line = decisionLine(entry);
      if (line !== null) this.#see(entry.at.getTime(), () => line);
    }
    this.#timelineLength = Math.max(this.#timelineLength, shown?.timeline.length ?? 0);
  }

  #see(at: number, write: () => TrailLine | null): void {
    this.lastSeenAt = Date.now();
    this.#waiting.push({ at, write });
    // The sort is stable: what was seen first stays first within a millisecond.
    this.#waiting.sort((one, other) => one.at - other.at);
  }

  #write(until: number): void {
    while (this.#waiting[0] !== undefined && this.#waiting[0].at <= until) {
      const line = this.#waiting.shift()?.write() ?? null;
      if (line !== null) this.#tell(line);
    }
  }
}

const decisions: Record<string, string> = {
  'decided.process': '⇒ refund.',
  'decided.flag': '⇒ flag.',
  'decided.hold': '⇒ hold.',
  'decided.none': '⇒ send nothing.',
  'process.already': '⇒ it was processed already.',
  'waiting.inspection': '⇒ wait.',
  'waiting.parcel': '⇒ wait.',
  'waiting.receiving': '⇒ wait.',
  attention: '⇒ a person has to look.',
};

/** What the service did in its own mind; what it heard and sent is seen on the wire. */
function decisionLine({ event, detail }: ReturnOfService['timeline'][number]): TrailLine | null {
  const service = (text: string, trouble = false) =>
    ({ actor: 'service', text, answer: null, trouble }) as const;
  const known = decisions[event];
  if (known !== undefined) return service([known, detail ?? ''].join(' ').trim(), event === 'attention');
  if (event === 'rma.adopted') return service('⇒ the first try had worked.');
  if (event === 'receipt' && detail === 'The same receipt again.') {
    return service('⇒ the same receipt again: nothing to do.');
  }
  if (event === 'receipt' && detail?.startsWith('Parcel ')) {
    return service('⇒ the box without an RMA is of this return, by its label.');
  }
  if (detail?.startsWith('Came late:')) return service('⇒ older than what is known: nothing changes.');
  if (event === 'return.pulled') return service(`⇐ Loop, asked what changed: ${detail ?? ''}.`);
  if (event === 'receipt.pulled') return service(`⇐ MasonHub, asked what it received: ${detail ?? ''}`);
  if (event === 'retry')
    return { actor: 'demo', text: 'A person presses retry.', answer: null, trouble: false };
  return null;
}
