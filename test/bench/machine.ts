import { cpus, release, totalmem, type } from 'node:os';

/** What the figures were measured on. */
export function describeMachine(postgres: Readonly<Record<string, string>>): string {
  const cores = cpus();
  const { server_version: version, ...settings } = postgres;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const set = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return [
    `${cores[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} cores, ${memory} memory, ${type()} ${release()}`,
    `Node.js ${process.versions.node}, PostgreSQL ${version ?? 'unknown'} (${set.join(', ')})`,
  ].join('; ');
}
