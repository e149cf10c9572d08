import { fileText } from '../support/pages.ts';

/** The edges of the state diagram in src/returns/README.md, without their words and without the beginning. */
export async function drawnEdges(): Promise<string[]> {
  const page = await fileText('src/returns/README.md');
  const blocks = [...page.matchAll(/^```mermaid\n([\s\S]*?)^```/gm)].map((block) => block[1] ?? '');
  const diagram = blocks.find((block) => block.includes('stateDiagram-v2'));
  if (diagram === undefined) throw new Error('src/returns/README.md has no state diagram');
  return diagram
    .split('\n')
    .filter((line) => line.includes('-->'))
    .map((line) => line.replace(/:.*$/, '').trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '[*] --> pending');
}

export function touchesAttention(move: string): boolean {
  return move.split(' --> ').includes('attention');
}
