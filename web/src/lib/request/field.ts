import { exampleOf } from '$lib/openapi/example';
import { isBinary, shapeOf } from '$lib/openapi/shape';
import type { Document, Json, Schema } from '$lib/openapi/types';
import { validate } from '$lib/openapi/validate';
import { t } from '$lib/text';

/** How a value is put in: the control that a form shows. */
export type FieldKind = 'text' | 'boolean' | 'choice' | 'list' | 'choices' | 'json' | 'file' | 'files';

export type FieldValue = string | string[] | File[];

export interface Field {
  kind: FieldKind;
  options: string[]; // of choice and choices
  schema: Schema;
}

const asText = (v: Json): string => (typeof v === 'string' ? v : JSON.stringify(v));

/** Chooses a control for a schema. */
export function fieldOf(doc: Document, given: Schema | undefined): Field {
  const shape = shapeOf(doc, given);
  const schema = shape.schema;
  if (isBinary(schema)) return { kind: 'file', options: [], schema };
  if (shape.kind === 'array') {
    const item = shapeOf(doc, shape.item);
    if (isBinary(item.schema)) return { kind: 'files', options: [], schema };
    if (item.schema.enum) return { kind: 'choices', options: optionsOf(item.schema), schema };
    return { kind: item.kind === 'scalar' || item.kind === 'any' ? 'list' : 'json', options: [], schema };
  }
  if (shape.kind === 'object' || shape.kind === 'map') return { kind: 'json', options: [], schema };
  if (schema.enum) return { kind: 'choice', options: optionsOf(schema), schema };
  if (schema.type === 'boolean' || (Array.isArray(schema.type) && schema.type.includes('boolean'))) return { kind: 'boolean', options: ['true', 'false'], schema };
  return { kind: 'text', options: [], schema };
}

const optionsOf = (s: Schema) => [...new Set((s.enum ?? []).filter((v) => v !== null).map(asText))];

/** What a control shows at first: an example where a value is needed, else nothing. */
export function initialValue(doc: Document, field: Field, given: Schema | undefined, required: boolean, example: Json | undefined): FieldValue {
  const isList = field.kind === 'list' || field.kind === 'choices';
  if (field.kind === 'file' || field.kind === 'files') return [];
  if (!required) return isList ? [] : '';
  const v = example ?? exampleOf(doc, given, 'in');
  if (isList) return Array.isArray(v) ? v.map(asText) : [];
  return v === null ? '' : asText(v);
}

export const isEmpty = (v: FieldValue | undefined): boolean => v === undefined || v.length === 0;

/** The value as it is sent: a text, a list, or what the JSON says. */
export function valueOf(field: Field, value: FieldValue): Json {
  if (field.kind === 'json' && typeof value === 'string') {
    try {
      return JSON.parse(value) as Json;
    } catch {
      return value;
    }
  }
  return value as string | string[];
}

/** What is wrong with a control, "" if nothing. */
export function faultOf(doc: Document, field: Field, value: FieldValue | undefined, required: boolean): string {
  if (value === undefined || isEmpty(value)) return required ? t.isRequired : '';
  if (field.kind === 'file' || field.kind === 'files') {
    const limit = field.schema.maxLength ?? (typeof field.schema.items === 'object' ? field.schema.items.maxLength : undefined);
    const large = (value as File[]).find((f) => limit !== undefined && f.size > limit);
    return large ? t.tooLarge(large.name, large.size, limit!) : '';
  }
  if (field.kind === 'json') {
    try {
      JSON.parse(value as string);
    } catch {
      return t.isNoJson;
    }
  }
  const typed = typeOf(doc, field.schema, valueOf(field, value));
  return validate(doc, field.schema, typed).map((f) => (f.pointer ? `${f.pointer.slice(1)} ${f.message}` : f.message)).join('; ');
}

/** Reads texts as the numbers and booleans that the schema wants, where they are such. */
function typeOf(doc: Document, given: Schema | boolean | undefined, v: Json): Json {
  if (Array.isArray(v)) {
    const { item } = shapeOf(doc, given);
    return v.map((x) => typeOf(doc, item, x));
  }
  if (typeof v !== 'string') return v;
  const { schema } = shapeOf(doc, given);
  const types = schema.type === undefined ? (schema.enum ?? []).map((e) => typeof e as string) : [schema.type].flat();
  if ((types.includes('number') || types.includes('integer')) && v.trim() !== '' && Number.isFinite(Number(v))) return Number(v);
  if (types.includes('boolean') && (v === 'true' || v === 'false')) return v === 'true';
  return v;
}
