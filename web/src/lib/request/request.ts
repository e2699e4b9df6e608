import { encodePart, inCookie, inHeader, inPath, inQuery, queryOf, separate, type Pair } from '$lib/openapi/parameters';
import { alternativesOf } from '$lib/openapi/security';
import type { Model, Operation } from '$lib/openapi/model';
import { validate, type Fault } from '$lib/openapi/validate';
import type { Json } from '$lib/openapi/types';
import { t } from '$lib/text';
import { parseJson } from '$lib/text/json';
import { faultOf, isEmpty, valueOf } from './field';
import { bodyKind, formFields, parameterField, type FormState } from './form';

export type Part = { name: string; value: string } | { name: string; file: File };

export type RequestBody =
  | { kind: 'text'; type: string; text: string }
  | { kind: 'multipart'; parts: Part[] }
  | { kind: 'file'; type: string; file: File };

/** A request, before anything sends it or writes it down. */
export interface HttpRequest {
  method: string;
  url: string;
  headers: Pair[];
  cookies: Pair[];
  body?: RequestBody;
}

/** What was given to prove who asks, by the name of the scheme. */
export type Credentials = Record<string, { token?: string; user?: string; password?: string }>;

/** What is wrong with a form: by key of a control, and within a body of JSON. */
export interface FormFaults {
  fields: Record<string, string>;
  body: (Fault & { line?: number })[];
}

/** Makes the request that a form describes. */
export function buildRequest(model: Model, op: Operation, form: FormState, credentials: Credentials, base: string): HttpRequest {
  const query: Pair[] = [];
  const request: HttpRequest = { method: op.method, url: '', headers: [], cookies: [] };
  let path = op.path;
  for (const p of separate(model.doc, op.parameters)) {
    const { key, field } = parameterField(model.doc, p);
    const value = form.values[key];
    if (value === undefined || isEmpty(value)) continue;
    const v: Json = p.content ? (value as string) : valueOf(field, value);
    if (p.in === 'path') path = path.replaceAll(`{${p.name}}`, () => inPath(p, v));
    if (p.in === 'query') query.push(...inQuery(p, v));
    if (p.in === 'header' && !/^(accept|content-type|authorization)$/i.test(p.name)) request.headers.push([p.name, inHeader(p, v)]);
    if (p.in === 'cookie') request.cookies.push(...inCookie(p, v));
  }
  const accept = acceptOf(op);
  if (accept) request.headers.unshift(['Accept', accept]);
  addCredentials(model, op, form, credentials, request, query);
  addBody(model, op, form, request);
  request.url = base.replace(/\/$/, '') + path + (query.length ? `?${queryOf(query)}` : '');
  return request;
}

/** The media type of good answers, if it is one that has to be asked for. */
function acceptOf(op: Operation): string {
  const good = op.responses.find(([status]) => status.startsWith('2'))?.[1];
  const types = Object.keys(good?.content ?? {});
  return types.length === 1 && types[0] !== '*/*' ? types[0]! : '';
}

function addCredentials(model: Model, op: Operation, form: FormState, credentials: Credentials, request: HttpRequest, query: Pair[]) {
  for (const { name, scheme } of alternativesOf(model, op)[form.alternative]?.schemes ?? []) {
    const given = credentials[name] ?? {};
    const type = scheme.type === 'http' ? scheme.scheme?.toLowerCase() : scheme.type;
    if (type === 'basic' && (given.user || given.password)) {
      const bytes = new TextEncoder().encode(`${given.user ?? ''}:${given.password ?? ''}`);
      request.headers.push(['Authorization', `Basic ${btoa(String.fromCharCode(...bytes))}`]);
    } else if (!given.token) continue;
    else if (type === 'apiKey' && scheme.in === 'query') query.push([scheme.name ?? name, given.token]);
    else if (type === 'apiKey' && scheme.in === 'cookie') request.cookies.push([scheme.name ?? name, given.token]);
    else if (type === 'apiKey') request.headers.push([scheme.name ?? name, given.token]);
    else if (type === 'bearer' || type === 'oauth2' || type === 'openIdConnect') request.headers.push(['Authorization', `Bearer ${given.token}`]);
    else request.headers.push(['Authorization', `${scheme.scheme ?? ''} ${given.token}`.trim()]);
  }
}

function addBody(model: Model, op: Operation, form: FormState, request: HttpRequest) {
  const media = op.body?.content?.[form.media];
  if (!media) return;
  const kind = bodyKind(model.doc, form.media, media);
  if (kind === 'json' || kind === 'text') {
    if (kind === 'json' && form.text.trim() === '') return;
    request.body = { kind: 'text', type: form.media, text: form.text };
  } else if (kind === 'file') {
    const type = form.media.includes('*') ? form.file?.type || 'application/octet-stream' : form.media;
    if (form.file) request.body = { kind: 'file', type, file: form.file };
  } else {
    const parts = partsOf(form, formFields(model.doc, media));
    const pairs = parts.flatMap((p): Pair[] => ('value' in p ? [[p.name, p.value]] : []));
    request.body = kind === 'multipart' ? { kind: 'multipart', parts } : { kind: 'text', type: form.media, text: pairs.map(([k, v]) => `${encodePart(k)}=${encodePart(v)}`).join('&') };
  }
  if (request.body && request.body.kind !== 'multipart') request.headers.push(['Content-Type', request.body.type]);
}

function partsOf(form: FormState, fields: ReturnType<typeof formFields>): Part[] {
  return fields.flatMap(({ key, name, field }): Part[] => {
    const value = form.values[key];
    if (value === undefined || isEmpty(value)) return [];
    if (field.kind === 'file' || field.kind === 'files') return (value as File[]).map((file) => ({ name, file }));
    if (Array.isArray(value)) return (value as string[]).map((v) => ({ name, value: v }));
    return [{ name, value }];
  });
}

/** What is wrong with a form. It can be sent all the same: the server has the last word. */
export function faultsOf(model: Model, op: Operation, form: FormState): FormFaults {
  const faults: FormFaults = { fields: {}, body: [] };
  const check = ({ key, field, required }: ReturnType<typeof parameterField>) => {
    const fault = faultOf(model.doc, field, form.values[key], required);
    if (fault) faults.fields[key] = fault;
  };
  separate(model.doc, op.parameters).map((p) => parameterField(model.doc, p)).forEach(check);
  const media = op.body?.content?.[form.media];
  if (!media) return faults;
  const kind = bodyKind(model.doc, form.media, media);
  if (kind === 'form' || kind === 'multipart') formFields(model.doc, media).forEach(check);
  if (kind === 'file' && op.body?.required && !form.file) faults.fields['body:'] = t.isRequired;
  if (kind !== 'json') return faults;
  if (form.text.trim() === '') {
    if (op.body?.required) faults.body.push({ pointer: '', message: t.isRequired });
    return faults;
  }
  const read = parseJson(form.text);
  if ('mistake' in read) faults.body.push({ pointer: '', message: read.mistake.message, line: read.mistake.line });
  else faults.body.push(...validate(model.doc, media.schema, read.value as Json));
  return faults;
}

/** Stands for credentials in snippets, so that they are not copied by accident. */
export function placeholders(model: Model, op: Operation, form: FormState): Credentials {
  const out: Credentials = {};
  for (const { name, scheme } of alternativesOf(model, op)[form.alternative]?.schemes ?? []) {
    out[name] = { token: `YOUR_${(scheme.name ?? name).toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`, user: 'USER', password: 'PASSWORD' };
  }
  return out;
}
