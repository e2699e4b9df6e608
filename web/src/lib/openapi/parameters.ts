import { flatten } from './resolve';
import type { Document, Json, Parameter } from './types';

/** Name and value, neither of them encoded yet. */
export type Pair = [name: string, value: string];

const text = (v: Json): string => (v === null ? '' : typeof v === 'object' ? JSON.stringify(v) : String(v));

const isList = (v: Json): v is Json[] => Array.isArray(v);

const members = (v: Json): [string, Json][] => (v !== null && typeof v === 'object' && !Array.isArray(v) ? Object.entries(v) : []);

const encode = (v: string): string => encodeURIComponent(v).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export const encodePart = encode;

/** A value in the path, encoded: styles simple, label, matrix. */
export function inPath(p: Parameter, v: Json): string {
  if (p['x-rest']) return text(v).split('/').map(encode).join('/');
  const style = p.style ?? 'simple';
  const explode = p.explode ?? false;
  const e = (x: Json) => encode(text(x));
  const pairs = members(v);
  const list = isList(v) ? v.map(e) : pairs.length ? pairs.map(([k, x]) => (explode ? `${encode(k)}=${e(x)}` : `${encode(k)},${e(x)}`)) : [e(v)];
  switch (style) {
    case 'label':
      return '.' + list.join(explode ? '.' : ',');
    case 'matrix':
      if (pairs.length && explode) return pairs.map(([k, x]) => `;${encode(k)}=${e(x)}`).join('');
      if (isList(v) && explode) return list.map((x) => `;${encode(p.name)}=${x}`).join('');
      return `;${encode(p.name)}=${list.join(',')}`;
    default:
      return list.join(',');
  }
}

/** A value in the query: styles form, spaceDelimited, pipeDelimited, deepObject. */
export function inQuery(p: Parameter, v: Json): Pair[] {
  const style = p.style ?? 'form';
  const explode = p.explode ?? style === 'form';
  const pairs = members(v);
  if (style === 'deepObject') return pairs.flatMap(([k, x]): Pair[] => (isList(x) ? x : [x]).map((v) => [`${p.name}[${k}]`, text(v)]));
  const separator = style === 'spaceDelimited' ? ' ' : style === 'pipeDelimited' ? '|' : ',';
  if (isList(v)) return explode ? v.map((x) => [p.name, text(x)]) : [[p.name, v.map(text).join(separator)]];
  if (pairs.length) return explode ? pairs.map(([k, x]) => [k, text(x)]) : [[p.name, pairs.flatMap(([k, x]) => [k, text(x)]).join(separator)]];
  return [[p.name, text(v)]];
}

/** A value in a header: style simple. */
export function inHeader(p: Parameter, v: Json): string {
  if (isList(v)) return v.map(text).join(',');
  const pairs = members(v);
  return pairs.length ? pairs.map(([k, x]) => (p.explode ? `${k}=${text(x)}` : `${k},${text(x)}`)).join(',') : text(v);
}

/** A value in a cookie: style form. */
export function inCookie(p: Parameter, v: Json): Pair[] {
  return inQuery({ ...p, style: 'form' }, v);
}

/** The query of an address, encoded. */
export const queryOf = (pairs: Pair[]): string => pairs.map(([k, v]) => `${encode(k)}=${encode(v)}`).join('&');

/** The parameters as they are put in: the members of an object in the query each by itself. */
export function separate(doc: Document, parameters: Parameter[]): Parameter[] {
  return parameters.flatMap((p): Parameter[] => {
    const s = p.style === 'deepObject' ? flatten(doc, p.schema) : {};
    const members = Object.entries(s.properties ?? {});
    if (members.length === 0) return [p];
    return members.map(([name, schema]) => ({
      name: `${p.name}[${name}]`,
      in: p.in,
      required: (p.required ?? false) && (s.required?.includes(name) ?? false),
      schema,
    }));
  });
}
