import { flatten, schemaName } from './resolve';
import type { Model, Operation } from './model';
import type { Schema } from './types';

/** Something that a search finds. */
export type Hit = { kind: 'operation'; operation: Operation } | { kind: 'schema'; name: string };

interface Entry {
  hit: Hit;
  fields: [text: string, weight: number][];
}

export type Index = Entry[];

/** Prepares a search over names, paths, ids, descriptions and names of schemas. */
export function indexOf(model: Model): Index {
  const operations = model.operations.map((operation): Entry => ({
    hit: { kind: 'operation', operation },
    fields: [
      [lower(operation.title), 8],
      [lower(`${operation.method} ${operation.path}`), 7],
      [lower(operation.id), 7],
      [lower(operation.tags.join(' ')), 3],
      [lower(schemasOf(operation).join(' ')), 3],
      [lower(operation.description), 2],
      [lower(operation.parameters.map((p) => p.name).join(' ')), 2],
    ],
  }));
  const schemas = model.schemas.map((name): Entry => ({
    hit: { kind: 'schema', name },
    fields: [[lower(name), 6], [lower(flatten(model.doc, model.doc.components?.schemas?.[name]).description ?? ''), 1]],
  }));
  return [...operations, ...schemas];
}

const lower = (s: string) => s.toLowerCase();

/** The component schemas that an operation names itself. */
function schemasOf(op: Operation): string[] {
  const names = new Set<string>();
  const visit = (s: Schema | undefined, depth: number) => {
    if (!s || depth > 4) return;
    const name = schemaName(s.$ref);
    if (name) names.add(name);
    if (typeof s.items === 'object') visit(s.items, depth + 1);
    for (const p of Object.values(s.properties ?? {})) visit(p, depth + 1);
    for (const o of [...(s.anyOf ?? []), ...(s.oneOf ?? []), ...(s.allOf ?? [])]) visit(o, depth + 1);
  };
  for (const media of Object.values(op.body?.content ?? {})) visit(media.schema, 0);
  for (const [, r] of op.responses) for (const media of Object.values(r.content ?? {})) visit(media.schema, 0);
  return [...names];
}

/** The entries that have every word of the query, the best first. */
export function search(index: Index, query: string, limit = 60): Hit[] {
  const words = lower(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found: { hit: Hit; score: number }[] = [];
  for (const entry of index) {
    let score = 0;
    for (const word of words) {
      const best = Math.max(0, ...entry.fields.map(([text, weight]) => weigh(text, word) * weight));
      if (best === 0) {
        score = 0;
        break;
      }
      score += best;
    }
    if (score > 0) found.push({ hit: entry.hit, score });
  }
  return found.sort((a, b) => b.score - a.score).slice(0, limit).map((f) => f.hit);
}

/** 4 for all of it, 3 for its beginning, 2 for that of a word in it, 1 for anywhere. */
function weigh(text: string, word: string): number {
  if (text === word) return 4;
  const i = text.indexOf(word);
  if (i < 0) return 0;
  if (i === 0) return 3;
  for (let j = i; j >= 0; j = text.indexOf(word, j + 1)) {
    if (/[^a-z0-9]/.test(text[j - 1]!)) return 2;
  }
  return 1;
}
