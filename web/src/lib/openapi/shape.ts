import { t } from '$lib/text';
import { flatten, schemaName } from './resolve';
import type { Document, Json, Schema } from './types';

/** What a schema is, for a reader. */
export interface Shape {
  kind: 'object' | 'map' | 'array' | 'union' | 'scalar' | 'any' | 'never';
  schema: Schema; // flat
  name: string; // of the component, "" if it has none
  nullable: boolean;
  item?: Schema | boolean; // of an array or a map
  variants?: Variant[];
  discriminator?: string;
}

export interface Variant {
  label: string;
  schema: Schema;
}

export interface Property {
  name: string;
  schema: Schema;
  required: boolean;
}

/** The types of a schema without null, and whether null is one. */
function typesOf(s: Schema): { types: string[]; nullable: boolean } {
  const all = s.type === undefined ? [] : Array.isArray(s.type) ? s.type : [s.type];
  return { types: all.filter((t) => t !== 'null'), nullable: all.includes('null') || s.nullable === true };
}

const isNull = (s: Schema) => s.type === 'null' || s.const === null;

/** Finds out what a schema is. */
export function shapeOf(doc: Document, given: Schema | boolean | undefined): Shape {
  const schema = flatten(doc, given);
  const name = typeof given === 'object' ? schemaName(given.$ref) : '';
  const { types, nullable } = typesOf(schema);
  const base = { schema, name, nullable };
  const options = schema.oneOf ?? schema.anyOf;
  if (options && types.length === 0 && !schema.properties) {
    const rest = options.filter((o) => !isNull(flatten(doc, o)));
    const canBeNull = nullable || rest.length < options.length;
    const only = rest[0];
    if (rest.length === 1 && only) {
      const inner = shapeOf(doc, only);
      const beside = { ...inner.schema, ...(schema.description ? { description: schema.description } : {}) };
      return { ...inner, schema: beside, nullable: inner.nullable || canBeNull, name: inner.name || name };
    }
    if (rest.length > 1) {
      return { ...base, kind: 'union', nullable: canBeNull, variants: variantsOf(doc, schema, rest), discriminator: schema.discriminator?.propertyName };
    }
  }
  if (types.length > 1) {
    const variants = types.map((type) => ({ label: type, schema: { ...schema, type } }));
    return { ...base, kind: 'union', variants };
  }
  const type = types[0] ?? (schema.properties || schema.additionalProperties ? 'object' : schema.items ? 'array' : undefined);
  if (type === 'object') {
    const item = schema.additionalProperties;
    if (!schema.properties || Object.keys(schema.properties).length === 0) {
      return { ...base, kind: 'map', item: item === false ? undefined : (item ?? true) };
    }
    return { ...base, kind: 'object', item: typeof item === 'object' ? item : undefined };
  }
  if (type === 'array') return { ...base, kind: 'array', item: schema.items ?? true };
  if (type !== undefined || schema.enum || schema.const !== undefined) return { ...base, kind: 'scalar' };
  if (schema.not && Object.keys(schema.not).length === 0) return { ...base, kind: 'never' };
  return { ...base, kind: 'any' };
}

function variantsOf(doc: Document, schema: Schema, options: Schema[]): Variant[] {
  const keys = new Map<string, string>(); // reference -> value of the discriminator
  for (const [key, ref] of Object.entries(schema.discriminator?.mapping ?? {})) keys.set(ref, key);
  return options.map((option, i) => {
    const named = option.$ref ? (keys.get(option.$ref) ?? keys.get(schemaName(option.$ref))) : undefined;
    return { label: named ?? (option.title || typeLabel(doc, option) || `${i + 1}`), schema: option };
  });
}

/** The value that the discriminator has for the i-th variant, undefined if there is none. */
export function discriminatorValue(schema: Schema, option: Schema): string | undefined {
  if (!schema.discriminator || !option.$ref) return undefined;
  const entry = Object.entries(schema.discriminator.mapping ?? {}).find(([, ref]) => ref === option.$ref || ref === schemaName(option.$ref));
  return entry?.[0] ?? schemaName(option.$ref);
}

/** The members of an object, the required first, else as the document has them. */
export function propertiesOf(schema: Schema): Property[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).map(([name, s]) => ({ name, schema: s, required: required.has(name) }));
}

/** The type in a few words: "array of order", "string · uuid". Null is left out. */
export function typeLabel(doc: Document, given: Schema | boolean | undefined, depth = 0): string {
  const shape = shapeOf(doc, given);
  if (shape.name) return shape.name;
  const { schema } = shape;
  switch (shape.kind) {
    case 'object':
      return t.object;
    case 'map':
      return shape.item === undefined ? t.emptyObject : shape.item === true ? t.object : t.mapOf(inner(doc, shape.item, depth));
    case 'array':
      return shape.item === true ? t.array : t.arrayOf(inner(doc, shape.item, depth));
    case 'union':
      return depth > 2 ? t.oneOf : shape.variants!.map((v) => (v.schema.$ref ? typeLabel(doc, v.schema, depth + 1) : v.label)).join(' | ');
    case 'any':
      return t.any;
    case 'never':
      return t.never;
    case 'scalar': {
      if (isBinary(schema)) return t.file;
      const type = typesOf(schema).types[0] ?? (schema.const !== undefined ? typeof schema.const : t.choice);
      const detail = schema.format ?? schema.contentEncoding;
      return detail && !impliedFormats.has(detail) ? `${type} · ${detail}` : type;
    }
  }
}

const impliedFormats = new Set(['int64', 'double']);

function inner(doc: Document, item: Schema | boolean | undefined, depth: number): string {
  if (depth > 3) return '…';
  const label = typeLabel(doc, item, depth + 1);
  return shapeOf(doc, item).nullable ? t.orNull(label) : label;
}

/** The limits of a value, each in a few words. */
export function constraintsOf(s: Schema): string[] {
  const out: string[] = [];
  if (isBinary(s)) {
    if (s.maxLength !== undefined) out.push(t.atMost(bytes(s.maxLength)));
    if (s['x-accept']) out.push(s['x-accept'].join(', '));
  } else count(out, s.minLength, s.maxLength, t.characters);
  if (s.minimum !== undefined && s.maximum !== undefined) out.push(t.between(s.minimum, s.maximum));
  else if (s.minimum !== undefined) out.push(t.atLeast(s.minimum));
  if (s.exclusiveMinimum !== undefined) out.push(t.above(s.exclusiveMinimum));
  if (s.maximum !== undefined && s.minimum === undefined) out.push(t.atMost(s.maximum));
  if (s.exclusiveMaximum !== undefined) out.push(t.below(s.exclusiveMaximum));
  if (s.multipleOf !== undefined) out.push(t.multipleOf(s.multipleOf));
  count(out, s.minItems, s.maxItems, t.itemCount);
  if (s.uniqueItems) out.push(t.noDuplicates);
  if (s.contains && s.minContains !== 0) out.push(t.containing(s.minContains ?? 1));
  count(out, s.minProperties, s.maxProperties, t.memberCount);
  if (s.additionalProperties === false && s.properties) out.push(t.noOtherMembers);
  if (s.propertyNames?.pattern) out.push(t.namesMatch(s.propertyNames.pattern));
  for (const [name, others] of Object.entries(s.dependentRequired ?? {})) out.push(t.needsAlso(name, others));
  if (s['x-aliases']) out.push(t.alsoNamed(s['x-aliases']));
  return out;
}

const bytes = (n: number): string => (n >= 1 << 20 ? `${+(n / (1 << 20)).toFixed(1)} MB` : n >= 1024 ? `${+(n / 1024).toFixed(1)} KB` : `${n} B`);

function count(out: string[], min: number | undefined, max: number | undefined, words: (n: number | string) => string) {
  if (min !== undefined && min === max) out.push(words(min));
  else if (min !== undefined && max !== undefined && min > 0) out.push(words(`${min}–${max}`));
  else if (max !== undefined) out.push(t.atMost(words(max)));
  else if (min !== undefined && min > 0) out.push(t.atLeast(words(min)));
}

/** A value as it is written in JSON. */
export const literal = (v: Json | undefined): string => JSON.stringify(v) ?? '';

/** Whether a string is the content of a file. */
export const isBinary = (s: Schema): boolean => s.format === 'binary' || s.contentMediaType === 'application/octet-stream';
