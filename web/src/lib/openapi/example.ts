import { flatten, schemaName } from './resolve';
import { discriminatorValue, shapeOf } from './shape';
import type { Document, Json, MediaType, Parameter, Schema } from './types';

/** Whether a value goes in (members that are read only are left out) or comes out (write only). */
export type Direction = 'in' | 'out';

const maxDepth = 6;
const maxValues = 300; // past it only what is needed is made, and nothing deep

/** A value that fits a schema, as far as that can be made without searching. */
export function exampleOf(doc: Document, given: Schema | boolean | undefined, direction: Direction): Json {
  return make({ doc, direction, left: maxValues }, given, [], 0) ?? null;
}

/** The example of a body: its own, or one made from its schema. */
export function mediaExample(doc: Document, media: MediaType, direction: Direction): Json {
  const own = media.example ?? Object.values(media.examples ?? {})[0]?.value;
  return own !== undefined ? own : exampleOf(doc, media.schema, direction);
}

/** The example that the document has for a parameter, undefined if there is none. */
export function parameterExample(doc: Document, p: Parameter): Json | undefined {
  const s = flatten(doc, p.schema);
  return p.example ?? Object.values(p.examples ?? {})[0]?.value ?? s.example ?? s.examples?.[0] ?? s.default;
}

interface Job {
  doc: Document;
  direction: Direction;
  left: number; // how many values may still be made
}

// undefined says that nothing finite can be made here: the member is left out, the list is empty.
function make(job: Job, given: Schema | boolean | undefined, above: string[], depth: number): Json | undefined {
  const { doc, direction } = job;
  const name = typeof given === 'object' ? schemaName(given.$ref) : '';
  if (depth > maxDepth || (name && above.includes(name)) || (job.left-- <= 0 && depth > 1)) return undefined;
  const path = name ? [...above, name] : above;
  const shape = shapeOf(doc, given);
  const s = shape.schema;
  if (shape.name && shape.name !== name) {
    if (above.includes(shape.name)) return shape.nullable ? null : undefined;
    path.push(shape.name);
  }
  const told = s.example ?? s.examples?.[0] ?? s.const ?? s.default ?? s.enum?.find((v) => v !== null);
  if (told !== undefined) return told;
  switch (shape.kind) {
    case 'object': {
      const out: { [key: string]: Json } = {};
      for (const [key, property] of Object.entries(s.properties ?? {})) {
        const flat = flatten(doc, property);
        if (direction === 'in' ? flat.readOnly : flat.writeOnly) continue;
        const v = make(job, property, path, depth + 1);
        if (v !== undefined) define(out, key, v);
        else if (s.required?.includes(key)) define(out, key, null);
      }
      return out;
    }
    case 'map': {
      if (typeof shape.item !== 'object') return {};
      const v = make(job, shape.item, path, depth + 1);
      return v === undefined ? {} : { key: v };
    }
    case 'array': {
      if (s.prefixItems) return s.prefixItems.map((p) => make(job, p, path, depth + 1) ?? null);
      const item = s.contains && s.minContains !== 0 ? { allOf: [typeof shape.item === 'object' ? shape.item : {}, s.contains] } : shape.item;
      const v = make(job, item, path, depth + 1);
      return v === undefined ? [] : Array<Json>(Math.min(Math.max(s.minItems ?? 1, 1), 5, s.maxItems ?? 5)).fill(v);
    }
    case 'union': {
      for (const variant of shape.variants ?? []) {
        const v = make(job, variant.schema, path, depth + 1);
        if (v === undefined) continue;
        const key = discriminatorValue(s, variant.schema);
        if (shape.discriminator && key !== undefined && v !== null && typeof v === 'object' && !Array.isArray(v)) {
          return { ...v, [shape.discriminator]: key };
        }
        return v;
      }
      return shape.nullable ? null : undefined;
    }
    case 'scalar':
      return scalar(s);
    case 'any':
      return {};
    case 'never':
      return undefined;
  }
}

/** Sets a member, also one named __proto__. */
function define(object: { [key: string]: Json }, key: string, value: Json) {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function scalar(s: Schema): Json {
  const type = Array.isArray(s.type) ? s.type.find((t) => t !== 'null') : s.type;
  switch (type) {
    case 'integer':
      return number(s, 1);
    case 'number':
      return number(s, s.multipleOf ?? 0.5);
    case 'boolean':
      return true;
    case 'string':
      return text(s);
    default:
      return null;
  }
}

function number(s: Schema, step: number): number {
  const unit = s.multipleOf ?? step;
  const low = s.minimum ?? (s.exclusiveMinimum !== undefined ? s.exclusiveMinimum + (s.multipleOf ?? (step === 1 ? 1 : 0.5)) : undefined);
  const high = s.maximum ?? (s.exclusiveMaximum !== undefined ? s.exclusiveMaximum - (s.multipleOf ?? (step === 1 ? 1 : 0.5)) : undefined);
  let n = step === 1 ? 1 : 1.5;
  if (s.multipleOf !== undefined) n = unit;
  if (low !== undefined && n < low) n = s.multipleOf !== undefined ? Math.ceil(low / unit) * unit : low;
  if (high !== undefined && n > high) n = s.multipleOf !== undefined ? Math.floor(high / unit) * unit : high;
  return n;
}

const byFormat: Record<string, string> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  duration: 'PT1H',
  uuid: '0197a1b2-0000-7000-8000-000000000001',
  email: 'ann@example.com',
  uri: 'https://example.com/',
  'uri-reference': '/path',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  decimal: '1.50',
  slug: 'a-b',
  byte: 'ZXhhbXBsZQ==',
  regex: '^a+$',
};

function text(s: Schema): string {
  const format = s.format ?? s.anyOf?.find((a) => a.format)?.format;
  if (format && byFormat[format] !== undefined) return byFormat[format];
  if (s.contentEncoding === 'base64') return byFormat.byte!;
  const fit = (t: string) => {
    const long = t.length > 0 && t.length < (s.minLength ?? 0) ? t.repeat(Math.ceil(s.minLength! / t.length)).slice(0, s.minLength) : t;
    return s.maxLength !== undefined ? long.slice(0, s.maxLength) : long;
  };
  const candidates = ['string', 'text', 'abc', 'ABC', '1', '123456', 'a1', 'A1', '#336699', 'a-b', 'a_b', '+15550100', 'en', 'en-US', '1.0.0'].map(fit);
  if (!s.pattern) return candidates[0]!;
  try {
    const pattern = new RegExp(s.pattern, 'u');
    return candidates.find((c) => pattern.test(c)) ?? candidates[0]!;
  } catch {
    return candidates[0]!;
  }
}
