import type { Merchants } from '../../src/config/merchants.ts';
import type { MakeCall } from '../../src/outbound/call.ts';

const refusal = {
  kind: 'answer',
  status: 401,
  json: { message: 'Unauthenticated.' },
  retryAfterMs: null,
} as const;

/** A merchant's keys at both vendors, which change: from then on the vendors refuse those of before. */
export class Keys {
  #changes = 0;

  change(): void {
    this.#changes += 1;
  }

  /** The merchants with the keys of now. */
  given(merchants: Merchants): Merchants {
    const word = this.#word();
    return new Map(
      [...merchants].map(([slug, merchant]) => [
        slug,
        {
          ...merchant,
          loop: { ...merchant.loop, apiKey: merchant.loop.apiKey + word },
          masonhub: { ...merchant.masonhub, apiToken: merchant.masonhub.apiToken + word },
        },
      ]),
    );
  }

  /** Lets calls with the keys of now through, as the stand-ins know them. */
  readonly through =
    (call: MakeCall): MakeCall =>
    async (request) => {
      const word = this.#word();
      const name = 'x-authorization' in request.headers ? 'x-authorization' : 'authorization';
      const proof = request.headers[name] ?? '';
      if (!new RegExp(`[a-z]${word}$`).test(proof)) return refusal;
      const known = proof.slice(0, proof.length - word.length);
      return await call({ ...request, headers: { ...request.headers, [name]: known } });
    };

  #word(): string {
    return this.#changes === 0 ? '' : `-${this.#changes}`;
  }
}
