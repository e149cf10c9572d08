/** MasonHub's words for how far an RMA has come. */

/** A word whose case, hyphens and spaces do not matter. */
export function plain(word: string | null): string {
  return (word ?? '').toLowerCase().replaceAll(/[ _-]/g, '');
}

interface WithStatus {
  readonly status: string | null;
}

/** Whether an RMA that MasonHub shows has been received. */
export function isReceived({ status }: WithStatus): boolean {
  return plain(status) === 'received';
}

/** Whether its receipt has begun, and is not finished. */
export function isBeingReceived({ status }: WithStatus): boolean {
  return ['inreceiving', 'receivingstarted'].includes(plain(status));
}

/** Whether it is deleted: MasonHub goes on showing those that are. */
export function isDeleted({ status }: WithStatus): boolean {
  return plain(status) === 'deleted';
}
