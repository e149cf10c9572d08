import { once } from 'node:events';
import { connect as connectTo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';

export async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows }: { rows: unknown[] } = await client.query(text);
    return rows;
  } finally {
    await client.end();
  }
}

export async function isListening(url: string): Promise<boolean> {
  const socket = connectTo(Number(new URL(url).port), '127.0.0.1');
  const answered = once(socket, 'connect').then(
    () => true,
    () => false,
  );
  const isOpen = await Promise.race([answered, setTimeout(2_000, false)]);
  socket.destroy();
  return isOpen;
}
