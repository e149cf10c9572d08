import type { TestProject } from 'vitest/node';

/** Names the database that the tests are to use. */
export default function setup(project: TestProject): void {
  const url = process.env['ENGINE_DATABASE_URL'];
  if (url === undefined)
    throw new Error('These tests are run by npm run engine, on the database that it names.');
  project.provide('postgresUrl', url);
  project.provide('hasOneDatabase', true);
}
