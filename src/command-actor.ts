import { userInfo } from 'node:os';
import type { LocalActor } from './audit/audit.ts';

/** Who runs a command, as the operating system calls them. */
export function commandActor(): LocalActor {
  return { name: userName(), by: 'command', address: null };
}

/** A container can run as a user that has no name. */
function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
