import type { Merchant } from '../../../src/config/merchants.ts';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply } from '../../../src/returns/lifecycle.ts';
import type { Return, Step } from '../../../src/returns/return.ts';

const at = new Date('2026-11-02T00:00:00Z');

interface Heard {
  readonly after: Return;
  readonly steps: readonly Step[];
}

/**
 * What an event does to a return, looked up where the same was asked before: many worlds differ only beside the
 * return. Facts that are alike are one object, and its number stands for them.
 */
export class Lifecycle {
  readonly merchant: Merchant;
  readonly #byText = new Map<string, Return>();
  readonly #numbers = new Map<Return, number>();
  readonly #heard = new Map<string, Heard>();

  constructor(merchant: Merchant) {
    this.merchant = merchant;
  }

  get slug(): string {
    return this.merchant.slug;
  }

  hear(facts: Return, event: ReturnEvent): Heard {
    const key = `${this.numberOf(facts)} ${JSON.stringify(event)}`;
    const known = this.#heard.get(key);
    if (known !== undefined) return known;
    const { after, steps } = apply(facts, event, this.merchant, at);
    const heard = { after: this.#one(after), steps };
    this.#heard.set(key, heard);
    return heard;
  }

  numberOf(facts: Return): number {
    const number = this.#numbers.get(facts) ?? this.#numbers.get(this.#one(facts));
    if (number === undefined) throw new Error('These facts have no number');
    return number;
  }

  #one(facts: Return): Return {
    const text = JSON.stringify(facts);
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    this.#byText.set(text, facts);
    this.#numbers.set(facts, this.#numbers.size);
    return facts;
  }
}
