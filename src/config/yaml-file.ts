import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import { ConfigurationError } from './errors.ts';

export interface YamlFile {
  /** Plain objects, arrays, texts, booleans and nulls. Numbers are texts, as written. */
  readonly value: unknown;
  locate(path: readonly PropertyKey[]): Place;
}

export interface Place {
  /** Counted from 1. */
  readonly line: number;
  /** The part of the path that the file has. */
  readonly path: readonly PropertyKey[];
  /** False for the `b` of `{ a: 1, b }`: no colon follows it, so it may be the rest of a value with a comma. */
  readonly keyHasColon: boolean;
}

/** How often one anchor may be used: far more than people need, far less than an alias bomb needs. */
const MAX_ALIASES = 1_000;

/**
 * Reads a YAML 1.2 file that people edit, strictly: one document, text keys, no key twice, no unknown tags.
 *
 * @param file the name that messages give
 * @param nameOf how messages call a path, in words
 * @returns the content, and a way from a path in it back to a line
 * @throws {ConfigurationError} each problem as `file:line: what and the fix`. Neither the library's own messages
 *   nor any text of a broken line is repeated: it may hold a secret.
 */
export function parseYaml(
  text: string,
  file: string,
  nameOf: (path: readonly PropertyKey[]) => string,
): YamlFile {
  const lines = new LineCounter();
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // A token of digits is a text: as a number it would lose leading zeros and, when long, its last digits.
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !/:(?:int|float)$/.test(tag.tag)),
  });

  // A broken line can make a key of a value, which may be a secret: keys are named only where all is well.
  const broken = [...document.errors, ...document.warnings].filter(({ code }) => code !== 'DUPLICATE_KEY');
  const problems = (broken.length > 0 ? broken : document.errors).map(({ code, pos: [offset] }) => {
    if (code === 'DUPLICATE_KEY') {
      return { offset, text: `${nameOf(pathOfKeyAt(document, offset))} is there twice. Keep one of them.` };
    }
    // Inside [ ] and { } YAML takes the braces of ${NAME} for its own.
    const line = text.split('\n')[lineAt(offset) - 1] ?? '';
    const hint = /[[{,].*\$\{/.test(line) ? ` A \${NAME} inside [ ] or { } needs quotes: ["\${NAME}"].` : '';
    return { offset, text: `this is not valid YAML: ${WORDS[code]}.${hint}` };
  });
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      problems.push({
        offset: alias.range?.[0] ?? 0,
        text: "this is not valid YAML: an alias (*) without its anchor (&). Put a value that starts with '*' in quotes.",
      });
    },
    Pair(_, pair) {
      // It would be lost on the way: plain objects do not list it, and the validation leaves it out.
      if (!isScalar(pair.key) || pair.key.value !== '__proto__') return;
      problems.push({ offset: pair.key.range?.[0] ?? 0, text: '__proto__ cannot be a key. Rename it.' });
    },
  });
  if (problems.length > 0) {
    const inOrder = problems.toSorted((one, other) => one.offset - other.offset);
    throw new ConfigurationError([
      ...new Set(inOrder.map((problem) => `${file}:${lineAt(problem.offset)}: ${problem.text}`)),
    ]);
  }

  return {
    value: toPlain(document, file),
    locate(path) {
      const found: PropertyKey[] = [];
      let node: unknown = document.contents;
      let offset = 0;
      let keyHasColon = true;
      for (const step of path) {
        const holder = isAlias(node) ? node.resolve(document) : node;
        if (isMap(holder)) {
          const pair = holder.items.find(({ key }) => isScalar(key) && key.value === step);
          if (pair === undefined || !isScalar(pair.key)) break;
          offset = pair.key.range?.[0] ?? offset;
          keyHasColon = pair.value !== null;
          node = pair.value;
        } else if (isSeq(holder) && typeof step === 'number' && step in holder.items) {
          const item = holder.items[step];
          if (isScalar(item) || isMap(item) || isSeq(item) || isAlias(item)) {
            offset = item.range?.[0] ?? offset;
          }
          node = item;
        } else break;
        found.push(step);
      }
      return { line: lineAt(offset), path: found, keyHasColon };
    },
  };
}

function toPlain(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    throw new ConfigurationError(
      [`${file}: aliases (*) unfold to too much. Use an anchor (&) at most ${MAX_ALIASES} times.`],
      { cause },
    );
  }
}

/** The path of the pair whose key starts at this offset. */
function pathOfKeyAt(document: Document.Parsed, offset: number): PropertyKey[] {
  let found: PropertyKey[] = [];
  visit(document, {
    Pair(_, { key }, ancestors) {
      if (!isScalar(key) || key.range?.[0] !== offset) return;
      const keys = ancestors.filter(isPair).map((pair) => pair.key);
      found = [...keys, key].filter(isScalar).map((each) => String(each.value));
      return visit.BREAK;
    },
  });
  return found;
}

/** What each of the library's errors means to the person who edits the file. */
const WORDS: Record<ErrorCode, string> = {
  ALIAS_PROPS: 'an alias (*) cannot have an anchor (&) or tag (!) of its own',
  BAD_ALIAS:
    "an alias's (*) or anchor's (&) name is malformed; a value that starts with such a sign needs quotes",
  BAD_COLLECTION_TYPE:
    'a tag (!) does not fit what follows it; a value that starts with such a sign needs quotes',
  BAD_DIRECTIVE: 'a line that starts with % is out of place',
  BAD_DQ_ESCAPE: 'a backslash in "double quotes" is read as an escape; use single quotes',
  BAD_INDENT:
    "the indentation does not fit the lines above, or the value's quotes or brackets are not closed",
  BAD_PROP_ORDER: 'anchors (&) and tags (!) come before the value, once',
  BAD_SCALAR_START: 'a value that starts with such a sign needs quotes',
  BLOCK_AS_IMPLICIT_KEY:
    "a second ': ' on the line, or a line indented too far; a value with ': ' in it needs quotes",
  BLOCK_IN_FLOW: 'lines of `key: value` or `- value` cannot be inside [ ] or { }',
  DUPLICATE_KEY: 'a key is there twice',
  IMPOSSIBLE: 'it cannot be understood from here on',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR: 'a quote, a bracket, a comma or a colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines; is its colon missing?',
  MULTIPLE_ANCHORS: 'a value has several anchors (&)',
  MULTIPLE_DOCS: 'a second document starts here; remove the line with ---',
  MULTIPLE_TAGS: 'a value has several tags (!)',
  NON_STRING_KEY: 'a key is not a text',
  RESOURCE_EXHAUSTION: 'it is nested too deeply',
  TAB_AS_INDENT: 'a tab indents this line; use spaces',
  TAG_RESOLVE_FAILED: "the tag (!) is not known; a value that starts with '!' needs quotes",
  UNEXPECTED_TOKEN: 'something is out of place here; a value with special signs needs quotes',
};
