import { z } from 'zod';
import type { Schemas } from './merchants-schema.ts';
import { unknownKey } from './schema-parts.ts';
import type { YamlFile } from './yaml-file.ts';

export interface FileProblem {
  /** Where it is, if not in the merchants file. */
  readonly file: string | null;
  readonly line: number;
  readonly text: string;
  readonly path: readonly PropertyKey[];
  /** The environment variable that is missing, where that is all. */
  readonly unset: string | null;
}

const parameters = z.object({
  file: z.string().nullable().default(null),
  line: z.number().optional(),
  unset: z.string().nullable().default(null),
});

/** What the schema found, in words: where it is, whose it is, what is wrong and the fix. */
export function explain(issue: z.core.$ZodIssue, yaml: YamlFile, schemas: Schemas): FileProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => explainUnknownKey([...issue.path, key], yaml, schemas));
  }
  const place = yaml.locate(issue.path);
  // A secret outside a list is validated as a list of one: its place there is not in the file.
  const inList = typeof issue.path.at(-1) === 'number' && place.path.length === issue.path.length;
  const path = inList ? issue.path : issue.path.filter((step) => typeof step !== 'number');
  const message = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
  const { file, line, unset } = parameters.parse(issue.code === 'custom' ? (issue.params ?? {}) : {});
  const text = file === null ? `${nameOf(path)} ${message}` : `${nameOf(path.slice(0, 2))}: ${message}`;
  return [{ file, line: line ?? place.line, text, path, unset }];
}

function explainUnknownKey(path: PropertyKey[], yaml: YamlFile, schemas: Schemas): FileProblem {
  const { line, keyHasColon } = yaml.locate(path);
  const place = { file: null, line, path, unset: null };
  if (!keyHasColon) {
    return {
      ...place,
      text: `${nameOf(path.slice(0, -1))} has a key without a value. Put a value with a comma in it in quotes.`,
    };
  }
  const keys = Object.keys(sectionAt(path.slice(0, -1), schemas).shape);
  return {
    ...place,
    text: unknownKey(nameOf(path), String(path.at(-1)), keys),
  };
}

function sectionAt([root, , section]: PropertyKey[], schemas: Schemas) {
  if (root === undefined) return schemas.file;
  if (root === 'ageing') return schemas.ageing;
  switch (section) {
    case 'loop':
      return schemas.loop;
    case 'masonhub':
      return schemas.masonhub;
    case 'receipts':
      return schemas.receipts;
    default:
      return schemas.merchant;
  }
}

/** A path in the file in a person's words: `merchant acme: loop.webhookSecret[0]`, `ageing.dock`. */
export function nameOf(path: readonly PropertyKey[]): string {
  const steps = path.map((step) =>
    typeof step === 'number' || /^[\w-]+$/.test(String(step)) ? step : JSON.stringify(String(step)),
  );
  const [root, slug, ...field] = steps;
  if (root === undefined) return 'the file';
  if (root !== 'merchants' || slug === undefined) return steps.map(String).join('.');
  const merchant = `merchant ${String(slug)}`;
  if (field.length === 0) return merchant;
  return `${merchant}: ${field.map(String).reduce((name, step, at) => (typeof field[at] === 'number' ? `${name}[${step}]` : `${name}.${step}`))}`;
}
