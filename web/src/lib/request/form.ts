import { mediaExample, parameterExample } from '$lib/openapi/example';
import { mediaOf, type Operation } from '$lib/openapi/model';
import { separate } from '$lib/openapi/parameters';
import { flatten } from '$lib/openapi/resolve';
import { isBinary } from '$lib/openapi/shape';
import type { Document, MediaType, Parameter, Schema } from '$lib/openapi/types';
import { fieldOf, initialValue, type Field, type FieldValue } from './field';

/** What somebody has put in for an operation. */
export interface FormState {
  values: Record<string, FieldValue>; // by key: "query:limit", "form:title"
  media: string; // of the body, "" for none
  text: string; // a body of JSON or text
  file: File | null; // a body that is a file
  alternative: number; // of the ways to be let in
}

/** How a body is put in. */
export type BodyKind = 'json' | 'form' | 'multipart' | 'file' | 'text';

export function bodyKind(doc: Document, type: string, media: MediaType): BodyKind {
  const t = type.toLowerCase().split(';')[0]!.trim();
  if (t === 'application/json' || t.endsWith('+json')) return 'json';
  if (t === 'application/x-www-form-urlencoded') return 'form';
  if (t === 'multipart/form-data') return 'multipart';
  if (t.startsWith('text/') || t.endsWith('xml') || t.endsWith('yaml')) return 'text';
  const s = flatten(doc, media.schema);
  return s.type === 'string' && !isBinary(s) && !s.contentEncoding ? 'text' : 'file';
}

/** A control of a form. */
export interface FormField {
  key: string;
  name: string;
  required: boolean;
  description: string;
  deprecated: boolean;
  field: Field;
  given: Schema | undefined;
}

export const parameterKey = (p: Parameter): string => `${p.in}:${p.name}`;

const schemaOf = (p: Parameter): Schema | undefined => p.schema ?? mediaOf(p.content)[0]?.[1].schema;

/** The control of a parameter. */
export function parameterField(doc: Document, p: Parameter): FormField {
  const given = schemaOf(p);
  const description = p.description ?? flatten(doc, given).description ?? '';
  return { key: parameterKey(p), name: p.name, required: p.required ?? p.in === 'path', description, deprecated: p.deprecated ?? false, field: fieldOf(doc, given), given };
}

/** The controls of a body that is a form. */
export function formFields(doc: Document, media: MediaType): FormField[] {
  const s = flatten(doc, media.schema);
  return Object.entries(s.properties ?? {})
    .filter(([, p]) => !flatten(doc, p).readOnly)
    .map(([name, given]) => {
      const flat = flatten(doc, given);
      const required = s.required?.includes(name) ?? false;
      return { key: `form:${name}`, name, required, description: flat.description ?? '', deprecated: flat.deprecated ?? false, field: fieldOf(doc, given), given };
    });
}

/** The form of an operation as it is at first. */
export function newForm(doc: Document, op: Operation): FormState {
  const form: FormState = { values: {}, media: mediaOf(op.body?.content)[0]?.[0] ?? '', text: '', file: null, alternative: 0 };
  for (const p of separate(doc, op.parameters)) {
    const f = parameterField(doc, p);
    form.values[f.key] = initialValue(doc, f.field, f.given, f.required, parameterExample(doc, p));
  }
  fillBody(doc, op, form);
  return form;
}

/** Puts an example into the body for the chosen media type. */
export function fillBody(doc: Document, op: Operation, form: FormState) {
  const media = op.body?.content?.[form.media];
  form.text = '';
  form.file = null;
  if (!media) return;
  const kind = bodyKind(doc, form.media, media);
  if (kind === 'json') form.text = JSON.stringify(mediaExample(doc, media, 'in'), null, 2);
  if (kind === 'text') {
    const example = mediaExample(doc, media, 'in');
    form.text = typeof example === 'string' ? example : '';
  }
  if (kind === 'form' || kind === 'multipart') {
    for (const f of formFields(doc, media)) form.values[f.key] ??= initialValue(doc, f.field, f.given, f.required, undefined);
  }
}
