import { Document, isMap, isNode, isScalar, isSeq, type Node, parseDocument, type YAMLMap } from 'yaml';
import { ConfigurationError } from '../config/errors.ts';

/** What a new merchant's entry says. Secrets are the names of environment variables. */
export interface NewEntry {
  readonly slug: string;
  /** What the names of its variables begin with, such as `ACME`. */
  readonly prefix: string;
  readonly account: string;
  readonly refunds: boolean;
  /** Empty: every return goes to MasonHub. */
  readonly destinations: readonly string[];
  /** Null: the default; likewise below. */
  readonly loopUrl: string | null;
  readonly masonhubUrl: string | null;
}

/** The variables that an entry reads, by field. */
export function variablesOf(prefix: string): Readonly<Record<string, string>> {
  return {
    'loop.apiKey': `${prefix}_LOOP_API_KEY`,
    'loop.webhookSecret': `${prefix}_LOOP_SECRET`,
    'masonhub.apiToken': `${prefix}_MASONHUB_TOKEN`,
    'masonhub.callbackToken': `${prefix}_CALLBACK_TOKEN`,
  };
}

/** `north-face` gives `NORTH_FACE`; a variable cannot begin with a digit. */
export function prefixFor(slug: string): string {
  const name = slug.toUpperCase().replaceAll('-', '_');
  return /^\d/.test(name) ? `SHOP_${name}` : name;
}

const newFile = `# The merchants. merchants.example.yaml shows every field.
# \${NAME} inside a value reads the environment. Keep secrets there, not here.

`;

/**
 * Puts an entry behind those that are there. Nothing else in the file changes, but where its merchants are
 * written in braces: then the file is laid out anew, its comments kept.
 *
 * @param text the file's text, valid YAML; null where there is no file yet
 * @throws {ConfigurationError} where the slug is taken or the file has no place for merchants
 */
export function withEntry(text: string | null, entry: NewEntry, file: string): string {
  const before = text ?? newFile;
  // As the service reads it: `123:` is a slug, and no number.
  const document = parseDocument(before, { stringKeys: true });
  const merchants = document.get('merchants', true);
  if (isMap(merchants) && merchants.has(entry.slug)) {
    throw new ConfigurationError([
      `${file}: the merchant ${entry.slug} is there already. Change the entry in the file, or give another slug.`,
    ]);
  }
  const isEmpty = merchants === undefined || (isScalar(merchants) && merchants.value === null);
  const root = document.contents;
  if (!(isEmpty || isMap(merchants)) || !(root === null || isMap(root))) {
    throw new ConfigurationError([
      `${file}: it has no map of merchants. Begin it with \`merchants:\`; merchants.example.yaml shows every field.`,
    ]);
  }
  const values = valuesOf(entry);
  if (isMap(merchants) && merchants.flow !== true && merchants.items.length > 0) {
    return insertBehind(before, merchants, entry.slug, values);
  }
  if (isMap(merchants) && merchants.items.length > 0) {
    document.setIn(['merchants', entry.slug], document.createNode(values));
    return document.toString({ lineWidth: 0 });
  }
  if (root === null || merchants === undefined) {
    return `${withLineEnd(before)}merchants:\n${blockOf(entry.slug, values, '  ')}`;
  }
  const filled = document.createNode({ [entry.slug]: values });
  // The comments of the empty value would go with it.
  filled.commentBefore = [merchants.commentBefore, merchants.comment].filter(Boolean).join('\n') || null;
  document.set('merchants', filled);
  layOut(document.getIn(['merchants', entry.slug], true));
  return document.toString({ lineWidth: 0 });
}

function valuesOf({ prefix, account, refunds, destinations, loopUrl, masonhubUrl }: NewEntry) {
  const names = variablesOf(prefix);
  const read = (field: string) => `\${${names[field]}}`;
  return {
    loop: {
      apiKey: read('loop.apiKey'),
      webhookSecret: read('loop.webhookSecret'),
      ...(loopUrl === null ? {} : { apiUrl: loopUrl }),
      ...(destinations.length === 0 ? {} : { destinations: destinations.map(asWritten) }),
    },
    masonhub: {
      account,
      apiToken: read('masonhub.apiToken'),
      callbackToken: read('masonhub.callbackToken'),
      ...(masonhubUrl === null ? {} : { apiUrl: masonhubUrl }),
    },
    refunds,
  };
}

/** An id of digits as a number, so that it is written without quotes, unless that would change it. */
function asWritten(id: string): string | number {
  return String(Number(id)) === id ? Number(id) : id;
}

/** Ids stand in one line: `destinations: [1042]`. */
function layOut(entry: unknown): void {
  const ids = isMap(entry) ? entry.getIn(['loop', 'destinations'], true) : null;
  if (isSeq(ids)) ids.flow = true;
}

function blockOf(slug: string, values: object, indent: string): string {
  const document = new Document({ [slug]: values });
  layOut(document.get(slug, true));
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  return text.replace(/^(?=.)/gm, indent);
}

function insertBehind(text: string, merchants: YAMLMap, slug: string, values: object): string {
  const key = merchants.items[0]?.key;
  const first = (isNode(key) ? key.range?.[0] : null) ?? 0;
  const indent = text.slice(text.lastIndexOf('\n', first - 1) + 1, first);
  const end = endOfEntries(text, endOf(merchants), indent);
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const head = withLineEnd(text.slice(0, end), lineEnd);
  return head + blockOf(slug, values, indent).replaceAll('\n', lineEnd) + text.slice(end);
}

/** Where the last value in a node ends, without the comments behind it. */
function endOf(node: Node): number {
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1);
    if (isNode(last?.value)) return endOf(last.value);
    if (isNode(last?.key)) return endOf(last.key);
  }
  return node.range?.[1] ?? 0;
}

/** The end of the last value's line, and of the comments below it that are indented as a part of its entry. */
function endOfEntries(text: string, valueEnd: number, indent: string): number {
  let end = lineAfter(text, Math.max(valueEnd - 1, 0));
  for (let next = end; next < text.length; next = lineAfter(text, next)) {
    const line = text.slice(next, lineAfter(text, next));
    if (!/^\s+#/.test(line) || line.search(/\S/) <= indent.length) break;
    end = lineAfter(text, next);
  }
  return end;
}

function lineAfter(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at + 1;
}

function withLineEnd(text: string, lineEnd = '\n'): string {
  return text === '' || text.endsWith('\n') ? text : text + lineEnd;
}
