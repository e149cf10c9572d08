import type { JsonObject } from '../../src/stand-ins/json.ts';
import type { Status } from '../support/return-body.ts';

/**
 * What the vendors publish, as data: a page that changes becomes a new entry, and nothing else. Every entry is
 * written in this project's own words and values, and says where the vendor publishes what it is about.
 */

export interface Published {
  /** What a person reads in the test's name. */
  readonly name: string;
  /** The vendor's page, as one would look it up. */
  readonly published: string;
}

/** The words that the endpoints answer with; `taken` is any of them, under status 200. */
export type DoorAnswer = 'accepted' | 'ignored' | 'duplicate' | 'taken';

/** How a MasonHub callback proves itself; `bare signature` lacks the `sha256=` in front. */
export type Proof = 'bearer' | 'body' | 'signature' | 'bare signature';

/** A vendor's message at its endpoint. */
export interface Message {
  readonly from: 'loop' | 'masonhub';
  /** The payload about the return of this number; a text is sent as it stands. */
  readonly says: (id: string) => unknown;
  /** `accepted` unless said otherwise. */
  readonly answer?: DoorAnswer;
  /** Only for MasonHub; `bearer` unless said otherwise. */
  readonly proof?: Proof;
}

/** A vendor that knows something now that it has not told. */
export interface Change {
  readonly at: 'loop' | 'masonhub';
  /** What becomes of the return there, or of the RMA. */
  readonly becomes: JsonObject;
}

export type Step = Message | Change;

/** What MasonHub holds. */
export interface HeldRma {
  readonly packageId?: string;
  /** Units by SKU: all of them. */
  readonly units?: Readonly<Record<string, number>>;
  readonly status?: string;
}

/** What the service must have made of it; what is left out is not looked at. */
export interface Made {
  /** Null: the service knows no such return. */
  readonly status?: Status | null;
  readonly notStatus?: Status;
  /** Words that the reason must hold, in any case. */
  readonly reason?: readonly string[];
  /** Words that one entry of the timeline each must hold. */
  readonly timeline?: readonly string[];
  /** Null: MasonHub never heard of one. */
  readonly rma?: HeldRma | null;
  /** Requests that Loop accepted. */
  readonly told?: { readonly processed?: number; readonly flagged?: number };
  /** Words that one note in Loop each must hold. */
  readonly notes?: readonly string[];
}

/** Messages about one return, and what the service must make of them. */
export interface Story extends Published {
  readonly steps: readonly Step[];
  readonly makes: (id: string) => Made;
}

/** What a vendor's API answers. */
export interface Reply {
  readonly status: number;
  readonly json?: unknown;
  /** A body that is not JSON, such as a gateway's page. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A vendor's answer to one of the calls that this service makes, and how its client must read it. */
export interface PublishedAnswer<Call extends string> extends Published {
  readonly call: Call;
  readonly reply: Reply;
  /** At least this. */
  readonly reading: JsonObject;
  /** Words that the reading must hold somewhere. */
  readonly says?: readonly string[];
}

/** What a set-up command must make of MasonHub's answers. */
export interface SetUp extends Published {
  readonly command: 'check' | 'register';
  /** By `METHOD /path`; of several, one after the other, and the last one from then on. */
  readonly replies: Readonly<Record<string, readonly [Reply, ...Reply[]]>>;
  readonly status?: 0 | 1;
  /** Words that what it finds wrong, or worth knowing, must hold, and must not. */
  readonly finds?: readonly string[];
  readonly findsNot?: readonly string[];
}

/** A JSON Schema. */
export type Schema = JsonObject;

/** A request as a vendor describes it. */
export interface RequestDescription extends Published {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The path, below the version or the account. */
  readonly path: RegExp;
  /** No parameters at all unless described. */
  readonly query?: Schema;
  /** No body at all unless described. */
  readonly body?: Schema;
}

export const fromLoop = (says: Message['says'], answer?: DoorAnswer): Message =>
  answer === undefined ? { from: 'loop', says } : { from: 'loop', says, answer };
export const fromMasonHub = (says: Message['says'], answer?: DoorAnswer, proof?: Proof): Message => ({
  from: 'masonhub',
  says,
  ...(answer === undefined ? {} : { answer }),
  ...(proof === undefined ? {} : { proof }),
});
