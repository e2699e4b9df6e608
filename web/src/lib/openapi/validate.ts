import { t } from '$lib/text';
import { flatten } from './resolve';
import { literal } from './shape';
import type { Direction } from './example';
import type { Document, Json, Schema } from './types';

/** Something wrong with a value, at a JSON pointer in it. */
export interface Fault {
  pointer: string;
  message: string;
}

const maxFaults = 50;

/** What is wrong with a value, in the order of the schema. What a schema says in words unknown here is not checked. */
export function validate(doc: Document, schema: Schema | boolean | undefined, value: Json, direction: Direction = 'in'): Fault[] {
  const faults: Fault[] = [];
  check(doc, schema, value, '', direction, faults, 0);
  return faults.slice(0, maxFaults);
}

const escape = (key: string | number) => String(key).replaceAll('~', '~0').replaceAll('/', '~1');

function typeName(v: Json): string {
  if (v === null) return 'null';
  if (Array.isArray(v)) return 'array';
  return typeof v;
}

function hasType(v: Json, type: string): boolean {
  if (type === 'integer') return typeof v === 'number' && Number.isInteger(v);
  return typeName(v) === type;
}

function typeFits(s: Schema, v: Json): boolean {
  return s.type === undefined || (v === null && s.nullable === true) || [s.type].flat().some((type) => hasType(v, type));
}

function check(doc: Document, given: Schema | boolean | undefined, v: Json, at: string, direction: Direction, faults: Fault[], depth: number) {
  if (depth > 64 || faults.length >= maxFaults) return;
  const s = flatten(doc, given);
  const say = (message: string) => faults.push({ pointer: at, message });
  if (!typeFits(s, v)) {
    say(t.mustBeOfType(t.orTypes([s.type!].flat()), typeName(v)));
    return;
  }
  if (s.enum && !s.enum.some((e) => same(e, v))) say(t.mustBeOneOf(s.enum.map(literal)));
  if (s.const !== undefined && !same(s.const, v)) say(t.mustBe(literal(s.const)));
  if (s.not && fits(doc, s.not, v, direction, depth)) say(t.isForbidden);
  if (typeof v === 'string') checkText(s, v, say);
  if (typeof v === 'number') checkNumber(s, v, say);
  if (Array.isArray(v)) {
    if (v.length < (s.minItems ?? 0)) say(t.needs(t.itemCount(s.minItems!)));
    if (v.length > (s.maxItems ?? Infinity)) say(t.takes(t.itemCount(s.maxItems!)));
    if (s.contains && v.filter((item) => fits(doc, s.contains!, item, direction, depth)).length < (s.minContains ?? 1)) say(t.needs(t.containing(s.minContains ?? 1)));
    if (s.uniqueItems && new Set(v.map(literal)).size < v.length) say(t.hasDuplicates);
    v.forEach((item, i) => check(doc, s.prefixItems?.[i] ?? s.items, item, `${at}/${i}`, direction, faults, depth + 1));
  } else if (v !== null && typeof v === 'object') {
    checkObject(doc, s, v, at, direction, faults, depth);
  }
  if (s.anyOf && !s.anyOf.some((o) => fits(doc, o, v, direction, depth))) nearest(doc, s.anyOf, v, at, direction, faults, depth);
  if (s.oneOf) {
    const fitting = s.oneOf.filter((o) => fits(doc, o, v, direction, depth)).length;
    if (fitting === 0) nearest(doc, s.oneOf, v, at, direction, faults, depth);
    if (fitting > 1) say(t.fitsSeveral);
  }
}

function fits(doc: Document, s: Schema, v: Json, direction: Direction, depth: number): boolean {
  const faults: Fault[] = [];
  check(doc, s, v, '', direction, faults, depth + 1);
  return faults.length === 0;
}

/** Tells the faults of a variant of the value's type, for it is the one that was meant. */
function nearest(doc: Document, options: Schema[], v: Json, at: string, direction: Direction, faults: Fault[], depth: number) {
  let best: Fault[] | undefined;
  for (const option of options) {
    const found: Fault[] = [];
    check(doc, option, v, at, direction, found, depth + 1);
    if (!best || typeFits(flatten(doc, option), v)) best = found;
  }
  faults.push(...(best ?? []));
}

function checkText(s: Schema, v: string, say: (message: string) => void) {
  const length = [...v].length;
  if (length < (s.minLength ?? 0)) say(t.needs(t.characters(s.minLength!)));
  if (length > (s.maxLength ?? Infinity)) say(t.takes(t.characters(s.maxLength!)));
  if (s.pattern) {
    try {
      if (!new RegExp(s.pattern, 'u').test(v)) say(t.mustMatch(s.pattern));
    } catch {
      // a pattern of another dialect: the server knows
    }
  }
  const format = s.format && formats[s.format];
  if (format && !format.test(v)) say(t.mustBeOfFormat(s.format!));
}

const formats: Record<string, RegExp> = {
  'date-time': /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  uuid: /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i,
  email: /^[^\s@]+@[^\s@]+$/,
  ipv4: /^\d{1,3}(\.\d{1,3}){3}$/,
};

function checkNumber(s: Schema, v: number, say: (message: string) => void) {
  if (s.minimum !== undefined && v < s.minimum) say(t.mustBeAtLeast(s.minimum));
  if (typeof s.exclusiveMinimum === 'number' && v <= s.exclusiveMinimum) say(t.mustBeAbove(s.exclusiveMinimum));
  if (s.maximum !== undefined && v > s.maximum) say(t.mustBeAtMost(s.maximum));
  if (typeof s.exclusiveMaximum === 'number' && v >= s.exclusiveMaximum) say(t.mustBeBelow(s.exclusiveMaximum));
  if (s.multipleOf) {
    const times = v / s.multipleOf;
    if (Math.abs(times - Math.round(times)) > 1e-9) say(t.mustBeMultipleOf(s.multipleOf));
  }
}

function checkObject(doc: Document, s: Schema, v: { [key: string]: Json }, at: string, direction: Direction, faults: Fault[], depth: number) {
  const keys = Object.keys(v);
  for (const name of s.required ?? []) {
    if (Object.hasOwn(v, name)) continue;
    const p = flatten(doc, s.properties && Object.hasOwn(s.properties, name) ? s.properties[name] : {});
    if (direction === 'in' ? !p.readOnly : !p.writeOnly) faults.push({ pointer: `${at}/${escape(name)}`, message: t.isRequired });
  }
  for (const [name, others] of Object.entries(s.dependentRequired ?? {})) {
    if (!Object.hasOwn(v, name)) continue;
    for (const other of others) if (!Object.hasOwn(v, other)) faults.push({ pointer: `${at}/${escape(other)}`, message: t.isRequired });
  }
  if (keys.length < (s.minProperties ?? 0)) faults.push({ pointer: at, message: t.needs(t.memberCount(s.minProperties!)) });
  if (keys.length > (s.maxProperties ?? Infinity)) faults.push({ pointer: at, message: t.takes(t.memberCount(s.maxProperties!)) });
  for (const key of keys) {
    const pointer = `${at}/${escape(key)}`;
    if (s.propertyNames && !fits(doc, s.propertyNames, key, direction, depth)) faults.push({ pointer, message: t.isForbidden });
    if (s.properties && Object.hasOwn(s.properties, key)) check(doc, s.properties[key], v[key]!, pointer, direction, faults, depth + 1);
    else if (s.additionalProperties === false) faults.push({ pointer, message: t.isUnknown });
    else if (typeof s.additionalProperties === 'object') check(doc, s.additionalProperties, v[key]!, pointer, direction, faults, depth + 1);
  }
}

const same = (a: Json, b: Json): boolean => literal(a) === literal(b);
