import {
  type LabelStatus,
  type LoopLabelSpec,
  nextLabelTime,
  type StandInLabel,
  shownLabel,
} from './labels.ts';
import { markUpdated, type ReturnBook, type StandInReturn } from './returns.ts';
import type { WebhookSender } from './sender.ts';

export interface Replacement {
  /** The tracking number of the label that the new one replaces; the one that stands for all by default. */
  replaces?: string;
  /** Where the new one stands among the labels; last by default. */
  place?: 'first' | 'last';
}

/**
 * What carriers, and those who make labels, do. It moves the return's `updated_at` and not its `edited_at`.
 * Each resolves once its webhooks were delivered, or given up; where there are several they come in any order.
 */
export interface LabelHandles {
  /** Sends `label.created` and `return.updated`. */
  addLabel(id: string, label: LoopLabelSpec): Promise<void>;
  /**
   * A label is cancelled and another takes its place, for the same items unless it names its own.
   * Sends `label.updated` of the old one, `label.created` of the new one, and `return.updated`.
   */
  replaceLabel(id: string, label: LoopLabelSpec, how?: Replacement): Promise<void>;
  /** Sends `label.updated` alone, of the label with the tracking number or of the one that stands for all. */
  changeLabel(id: string, status: LabelStatus, trackingNumber?: string): Promise<void>;
  /** Sends `label.requested`: a label is asked for, and is not there yet. */
  requestLabel(id: string): Promise<void>;
  /** Sends `label.closed` of the label with the tracking number or of the one that stands for all. */
  closeLabel(id: string, trackingNumber?: string): Promise<void>;
}

export function labelHandles(book: ReturnBook, sender: WebhookSender): LabelHandles {
  return {
    addLabel: async (id, spec) => {
      const about = book.get(id);
      const label = book.label(about, spec);
      about.labels.push(label);
      markUpdated(about);
      await Promise.all([
        sender.announce(about, 'label.created', { label }),
        sender.announce(about, 'return.updated'),
      ]);
    },
    replaceLabel: async (id, spec, { replaces, place = 'last' } = {}) => {
      const about = book.get(id);
      const old = labelOf(about, replaces);
      change(about, old, 'cancelled');
      const label = book.label(about, spec);
      if (spec.items === undefined) label.lineItemIds = old.lineItemIds;
      about.labels = place === 'first' ? [label, ...about.labels] : [...about.labels, label];
      markUpdated(about);
      await Promise.all([
        sender.announce(about, 'label.updated', { label: old }),
        sender.announce(about, 'label.created', { label }),
        sender.announce(about, 'return.updated'),
      ]);
    },
    changeLabel: async (id, status, trackingNumber) => {
      const about = book.get(id);
      const label = labelOf(about, trackingNumber);
      change(about, label, status);
      await sender.announce(about, 'label.updated', { label });
    },
    requestLabel: (id) => sender.announce(book.get(id), 'label.requested', { label: null }),
    closeLabel: (id, trackingNumber) => {
      const about = book.get(id);
      return sender.announce(about, 'label.closed', { label: labelOf(about, trackingNumber) });
    },
  };
}

/**
 * The label that somebody means.
 * @throws where the return has no such label
 */
export function labelOf(about: StandInReturn, trackingNumber: string | undefined): StandInLabel {
  const isMeant = (label: StandInLabel) =>
    trackingNumber === undefined || label.trackingNumber === trackingNumber;
  const found = shownLabel(about.labels.filter(isMeant));
  if (found === undefined) throw new Error(`The return ${about.id} has no label ${trackingNumber ?? ''}`);
  return found;
}

function change(about: StandInReturn, label: StandInLabel, status: LabelStatus): void {
  label.updatedAt = nextLabelTime(about.labels);
  label.status = status;
  markUpdated(about);
}
