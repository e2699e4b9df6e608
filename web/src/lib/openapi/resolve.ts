import type { Document, Schema } from './types';

/** Reads a JSON pointer: "#/components/schemas/User". What is not there is undefined. */
export function at(root: unknown, pointer: string): unknown {
  let node = root;
  for (const part of pointer.replace(/^#/, '').split('/').slice(1)) {
    let key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    try {
      key = decodeURIComponent(key);
    } catch {
      // a stray percent sign stands for itself
    }
    if (node === null || typeof node !== 'object' || !Object.hasOwn(node, key)) return undefined;
    node = (node as Record<string, unknown>)[key];
  }
  return node;
}

/** The last part of a reference: "User" of "#/components/schemas/User". */
export function refName(ref: string): string {
  const last = ref.slice(ref.lastIndexOf('/') + 1).replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** The name of the component schema that a reference is to, "" for any other. */
export function schemaName(ref: string | undefined): string {
  return ref?.startsWith('#/components/schemas/') ? refName(ref) : '';
}

/**
 * Follows references of anything that may be one. What stands beside a reference goes before what it refers to.
 * A reference to nowhere, or around in a circle, gives what stands beside it.
 */
export function deref<T extends { $ref?: string }>(doc: Document, node: T): T {
  const seen = new Set<string>();
  let result = node;
  while (result.$ref !== undefined) {
    const { $ref, ...beside } = result;
    const target = seen.has($ref) || !$ref.startsWith('#') ? undefined : at(doc, $ref);
    seen.add($ref);
    if (target === undefined || target === null || typeof target !== 'object') return beside as T;
    result = { ...(target as T), ...beside };
  }
  return result;
}

const maxDepth = 24;

/** A schema with its references followed and its allOf merged into it. */
export function flatten(doc: Document, schema: Schema | boolean | undefined, depth = 0): Schema {
  if (schema === undefined || schema === true) return {};
  if (schema === false) return { not: {} };
  const resolved = deref(doc, schema);
  if (!resolved.allOf || depth > maxDepth) return resolved;
  const { allOf, ...own } = resolved;
  return allOf.map((s) => flatten(doc, s, depth + 1)).reduceRight<Schema>((sum, part) => merge(part, sum), own);
}

/** What both say; where they differ, b holds. */
function merge(a: Schema, b: Schema): Schema {
  const sum: Schema = { ...a, ...b };
  if (a.properties && b.properties) {
    sum.properties = { ...a.properties };
    for (const [name, s] of Object.entries(b.properties)) {
      const other = a.properties[name];
      sum.properties[name] = other && other !== s ? { allOf: [other, s] } : s;
    }
  }
  if (a.required && b.required) sum.required = [...new Set([...a.required, ...b.required])];
  const stricter = (key: 'minimum' | 'minLength' | 'minItems' | 'maximum' | 'maxLength' | 'maxItems') => {
    const [x, y] = [a[key], b[key]];
    if (x !== undefined && y !== undefined) sum[key] = key.startsWith('min') ? Math.max(x, y) : Math.min(x, y);
  };
  (['minimum', 'minLength', 'minItems', 'maximum', 'maxLength', 'maxItems'] as const).forEach(stricter);
  return sum;
}
