import { type Failure, keyRefused } from '../outbound/failure.ts';

/** Whether a vendor did not take the key, as against being down or limiting requests. */
export function isKeyRefused(failure: Failure, vendor: string, setting: string): boolean {
  return [401, 403].some((status) => failure.why === keyRefused(vendor, setting, status));
}
