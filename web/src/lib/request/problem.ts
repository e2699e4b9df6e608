import type { Json } from '$lib/openapi/types';
import { t } from '$lib/text';

/** A problem document as RFC 9457 has it, with the faults of this framework. */
export interface Problem {
  title?: string;
  status?: number;
  code?: string;
  detail?: string;
  instance?: string;
  faults: ProblemFault[];
}

/** What is wrong with one value: at a pointer in the body, or with a parameter ("query:limit"). */
export interface ProblemFault {
  parameter?: string;
  member?: string; // of an object in the query: "query:filter[status]"
  pointer?: string;
  message: string;
}

/** Reads a problem, undefined for any other body. */
export function problemOf(contentType: string, body: string): Problem | undefined {
  if (!/^application\/(problem\+)?json\b/i.test(contentType)) return undefined;
  let value: Json;
  try {
    value = JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  if (!/problem/i.test(contentType) && !Array.isArray(value.errors)) return undefined;
  const text = (v: Json | undefined) => (typeof v === 'string' ? v : undefined);
  return {
    title: text(value.title),
    status: typeof value.status === 'number' ? value.status : undefined,
    code: text(value.code),
    detail: text(value.detail),
    instance: text(value.instance),
    faults: Array.isArray(value.errors) ? value.errors.flatMap(faultOf) : [],
  };
}

function faultOf(v: Json): ProblemFault[] {
  if (v === null || typeof v !== 'object' || Array.isArray(v)) return [];
  const message = [v.detail, v.code].find((t) => typeof t === 'string') as string | undefined;
  const fault: ProblemFault = { message: message ?? t.isWrong };
  if (typeof v.in === 'string' && typeof v.parameter === 'string') fault.parameter = `${v.in}:${v.parameter}`;
  if (typeof v.pointer === 'string') fault.pointer = v.pointer.replace(/^#/, '');
  const first = fault.pointer?.split('/')[1]?.replace(/~1/g, '/').replace(/~0/g, '~');
  if (fault.parameter && first) fault.member = `${fault.parameter}[${first}]`;
  return [fault];
}
