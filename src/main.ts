import { enableCompileCache } from 'node:module';

// What an earlier start has compiled need not be compiled again; it saves time and memory. It has to be on
// before the rest is read, and where nothing can be written, Node goes on without.
enableCompileCache();
await import('./process.ts');
