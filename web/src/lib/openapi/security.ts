import { t } from '$lib/text';
import type { Model, Operation } from './model';
import type { SecurityScheme } from './types';

/** One way to be let in: schemes that a request needs together; none lets everybody in. */
export interface Alternative {
  label: string;
  schemes: { name: string; scheme: SecurityScheme; scopes: string[] }[];
}

/** The ways to be let in to an operation; none if it asks nobody. */
export function alternativesOf(model: Model, op: Operation): Alternative[] {
  return op.security.map((requirement) => {
    const schemes = Object.entries(requirement).map(([name, scopes]) => ({ name, scopes, scheme: model.schemes.get(name) ?? { type: 'unknown' } }));
    return { schemes, label: schemes.length ? schemes.map((s) => s.name).join(' + ') : '' };
  });
}

/** How a scheme is sent, in a few words. */
export function schemeLabel(s: SecurityScheme): string {
  if (s.type === 'apiKey') return `${s.in} ${s.name}`;
  if (s.type === 'http') return s.scheme?.toLowerCase() === 'basic' ? t.userAndPassword : t.httpToken(s.scheme ?? 'http');
  return s.type;
}
