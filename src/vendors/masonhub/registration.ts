import { hasPath, isSameUrl, shownUrl } from '../addresses.ts';
import { CALLBACK_VERSION, type Callback } from './callbacks-api.ts';

/**
 * What is to be done so that MasonHub's messages come here: from what is registered to a plan. A registration with our
 * path at another host is ours, from before the service moved; any other is left alone.
 */

export interface CallbackPlan {
  /** Why it has to be registered; null: it is as it should be. */
  readonly register: string | null;
  /** Ids of what the new registration supersedes. */
  readonly supersedes: readonly string[];
  /** Where one of ours goes already; one to the same address can stand in the new one's way. */
  readonly before: 'nowhere' | 'elsewhere' | 'here';
  readonly left: readonly Callback[];
}

export function callbackPath(slug: string): string {
  return `/callbacks/masonhub/${slug}`;
}

/**
 * @param renew registers it again although it looks right: whether MasonHub has the token of now cannot be seen
 */
export function planCallback(
  registered: readonly Callback[],
  publicUrl: string,
  slug: string,
  renew: boolean,
): CallbackPlan {
  const url = publicUrl + callbackPath(slug);
  const here = registered.filter((callback) => isSameUrl(callback.url, url));
  const ours = registered.filter(
    (callback) => here.includes(callback) || hasPath(callback.url, callbackPath(slug)),
  );
  const fit = here.find((callback) => whyNot(callback, url) === null);
  const before = here.length > 0 ? 'here' : ours.length > 0 ? 'elsewhere' : 'nowhere';
  if (fit !== undefined && !renew) {
    return {
      register: null,
      supersedes: [],
      before,
      left: registered.filter((callback) => callback !== fit),
    };
  }
  const left = registered.filter((callback) => !ours.includes(callback));
  const first = here[0] ?? ours[0];
  const why = first === undefined ? 'it is not registered' : (whyNot(first, url) ?? 'asked for');
  return { register: why, supersedes: ours.flatMap(({ id }) => id ?? []), before, left };
}

function whyNot(callback: Callback, url: string): string | null {
  if (!isSameUrl(callback.url, url)) return `it goes to ${shownUrl(callback.url)}`;
  if (callback.version !== CALLBACK_VERSION) return `it has the version ${callback.version ?? '1.0'}`;
  return null;
}
