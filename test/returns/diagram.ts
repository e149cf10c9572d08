import { statuses } from '../../src/returns/return.ts';
import { fileText } from '../support/pages.ts';
import { receivedAs } from './causes.ts';
import { type Cause, exploreMoves, type Moves } from './explore.ts';
import { merchantWith } from './fixtures.ts';

/** The page that shows the diagram. */
export const diagramPage = 'src/returns/README.md';
const block = /(?<=^```mermaid\n)stateDiagram-v2\n[\s\S]*?(?=^```)/m;

/** Every move that a return can make, with refunds and without; nothing new comes long before that depth. */
export function allMoves(): Moves {
  return exploreMoves([merchantWith(), merchantWith({ refunds: false })], 40);
}

/** The diagram of a return's life, made from all moves that it can make; those into and out of attention aside. */
export function diagramOf(moves: Moves): string {
  const places = statuses.flatMap((from) => statuses.map((to) => `${from} --> ${to}`));
  const edges = places.flatMap((move) => {
    const causes = moves.get(move);
    return causes === undefined || touchesAttention(move) ? [] : [`  ${move}: ${inWords(causes)}`];
  });
  return ['stateDiagram-v2', '  [*] --> pending: Loop tells of it', ...edges, ''].join('\n');
}

const anyReceipt = ['available', 'damaged', 'qc'].map(receivedAs);

/** Where a receipt brings a return there whatever is in it, it is only the receipt that counts. */
function inWords(causes: readonly Cause[]): string {
  const whats = [...new Set(causes.map(({ what }) => what))];
  const isAny = anyReceipt.every((one) => whats.includes(one));
  const others = whats.filter((one) => !(isAny && anyReceipt.includes(one)));
  const all = [...(isAny ? ['the receipt is in'] : []), ...others].sort().join(' or ');
  return [all, ...conditions(causes)].join(', ');
}

/** What holds whenever a return goes that way. */
function conditions(causes: readonly Cause[]): string[] {
  return [
    ...(causes.every(({ wasClosed }) => wasClosed) ? ['after Loop has closed it'] : []),
    ...(causes.every(({ refundsEnabled }) => !refundsEnabled) ? ['refunds not enabled'] : []),
    ...(causes.every(({ refundsEnabled }) => refundsEnabled) ? ['refunds enabled'] : []),
  ];
}

/** The diagram as the page shows it. */
export async function shownDiagram(): Promise<string> {
  const [shown] = block.exec(await fileText(diagramPage)) ?? [];
  if (shown === undefined) throw new Error(`${diagramPage} has no state diagram`);
  return shown;
}

/** A page with another diagram in place of its own. */
export function withDiagram(page: string, diagram: string): string {
  return page.replace(block, () => diagram);
}

export function touchesAttention(move: string): boolean {
  return move.split(' --> ').includes('attention');
}
