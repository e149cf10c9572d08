import type { Socket } from 'node:net';

/** One message of PostgreSQL's protocol, as it came: https://www.postgresql.org/docs/current/protocol-message-formats.html */
export interface Message {
  /** Its letter; empty for the first one of a client, which has none. */
  readonly type: string;
  /** What follows its length. */
  readonly body: Buffer;
  /** All of it. */
  readonly bytes: Buffer;
}

/** A client asks whether it may speak TLS. */
const tlsQuestion = 80_877_103;

/**
 * Reads the messages of one side of a connection.
 * @param side a client's first message has no letter; where it asks for TLS, it is told that there is none
 */
export function readMessages(
  socket: Socket,
  side: 'client' | 'server',
  take: (message: Message) => void,
): void {
  let left = Buffer.alloc(0);
  let isFirst = side === 'client';
  socket.on('data', (chunk: Buffer) => {
    left = Buffer.concat([left, chunk]);
    for (;;) {
      const head = isFirst ? 0 : 1;
      if (left.length < head + 4) return;
      const size = head + left.readUInt32BE(head);
      if (left.length < size) return;
      const bytes = left.subarray(0, size);
      const message = { type: left.toString('latin1', 0, head), body: bytes.subarray(head + 4), bytes };
      left = left.subarray(size);
      if (isFirst && message.body.readUInt32BE(0) === tlsQuestion) {
        socket.write('N');
        continue;
      }
      isFirst = false;
      take(message);
    }
  });
}

/** What a client asks for in its first message, such as `user` and `application_name`. */
export function startupParameters({ body }: Message): ReadonlyMap<string, string> {
  const words = body.toString('utf8', 4).split('\0');
  const names = words.filter((_, index) => index % 2 === 0);
  return new Map(
    names.flatMap((name, index) =>
      name === '' ? [] : [[name, words[2 * index + 1] ?? ''] satisfies [string, string]],
    ),
  );
}

/** The end of a connection, in a server's words. */
export function fatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
