/** A vendor that can be kept from sending messages. */
interface Sender {
  silence(): void;
  resume(): void;
}

/** A trouble's silence can last while an act goes unheard: only when both are over are messages sent again. */
const reasons = new WeakMap<Sender, number>();

/** From now on the vendor's messages are lost, until everyone who asked for that has called `endSilence`. */
export function beginSilence(vendor: Sender): void {
  reasons.set(vendor, (reasons.get(vendor) ?? 0) + 1);
  vendor.silence();
}

export function endSilence(vendor: Sender): void {
  const left = (reasons.get(vendor) ?? 1) - 1;
  reasons.set(vendor, left);
  if (left === 0) vendor.resume();
}

/** Lets something happen at a vendor whose messages about it are lost: a stand-in sends them at once or never. */
export function unheard<Result>(vendor: Sender, happen: () => Result): Result {
  beginSilence(vendor);
  try {
    return happen();
  } finally {
    endSilence(vendor);
  }
}
