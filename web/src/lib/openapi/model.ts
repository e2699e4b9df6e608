import { deref } from './resolve';
import type { Body, Document, MediaType, Parameter, RawOperation, Requirement, Response, SecurityScheme, Server } from './types';

/** An operation with its references followed. */
export interface Operation {
  id: string;
  method: string; // in capitals
  path: string;
  title: string;
  description: string; // without the title at its beginning
  tags: string[];
  deprecated: boolean;
  idempotent: boolean; // may be sent again
  source: string; // the endpoint in code
  parameters: Parameter[];
  body?: Body;
  responses: [status: string, response: Response][];
  servers: Server[]; // where it is served, if elsewhere
  security: Requirement[]; // alternatives; empty if nobody has to say who asks
}

export interface Group {
  name: string;
  description: string;
  operations: Operation[];
}

/** A document made ready for showing. */
export interface Model {
  doc: Document;
  operations: Operation[];
  groups: Group[];
  byId: Map<string, Operation>;
  schemas: string[];
  schemes: Map<string, SecurityScheme>;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Reads a document. What it has that is not of OpenAPI 3 is an error. */
export function readDocument(text: string): Model {
  const doc: unknown = JSON.parse(text);
  if (doc === null || typeof doc !== 'object' || typeof (doc as Document).openapi !== 'string' || !(doc as Document).info) {
    throw new Error('this is no OpenAPI document');
  }
  return modelOf(doc as Document);
}

export function modelOf(doc: Document): Model {
  const operations: Operation[] = [];
  const byId = new Map<string, Operation>();
  for (const [path, item] of Object.entries(doc.paths ?? {})) {
    const shared = (item.parameters ?? []) as Parameter[];
    for (const method of methods) {
      const raw = item[method] as RawOperation | undefined;
      if (!raw) continue;
      const op = operationOf(doc, path, method, raw, shared, item.servers as Server[] | undefined);
      while (byId.has(op.id)) op.id += '_';
      byId.set(op.id, op);
      operations.push(op);
    }
  }
  const schemes = new Map(Object.entries(doc.components?.securitySchemes ?? {}).map(([name, s]) => [name, deref(doc, s)]));
  return { doc, operations, byId, groups: groupsOf(doc, operations), schemas: Object.keys(doc.components?.schemas ?? {}), schemes };
}

function operationOf(doc: Document, path: string, method: string, raw: RawOperation, shared: Parameter[], servers?: Server[]): Operation {
  const parameters = new Map<string, Parameter>();
  for (const p of [...shared, ...(raw.parameters ?? [])].map((p) => deref(doc, p))) {
    if (p.name && p.in) parameters.set(`${p.in}:${p.name}`, p);
  }
  const title = raw.summary || raw.operationId || `${method.toUpperCase()} ${path}`;
  return {
    id: raw.operationId || `${method}${path.replace(/[^A-Za-z0-9]+/g, '_')}`,
    method: method.toUpperCase(),
    path,
    title,
    description: withoutTitle(raw.description ?? '', title),
    tags: raw.tags?.length ? raw.tags : [''],
    deprecated: raw.deprecated ?? false,
    idempotent: raw['x-idempotent'] ?? false,
    source: raw['x-ref'] ?? '',
    parameters: [...parameters.values()],
    body: raw.requestBody && deref(doc, raw.requestBody),
    responses: Object.entries(raw.responses ?? {}).map(([status, r]) => [status, deref(doc, r)]),
    servers: raw.servers ?? servers ?? [],
    security: raw.security ?? doc.security ?? [],
  };
}

/** A description often begins with the summary as its first sentence, which need not stand there twice. */
function withoutTitle(description: string, title: string): string {
  const rest = description.startsWith(title) ? description.slice(title.length).replace(/^[.:;\s]+/, '') : description;
  return rest === '' || description.startsWith(`${title}.`) || description.trim() === title || description.startsWith(`${title}\n`) ? rest : description;
}

function groupsOf(doc: Document, operations: Operation[]): Group[] {
  const groups = new Map<string, Group>();
  for (const tag of doc.tags ?? []) groups.set(tag.name, { name: tag.name, description: tag.description ?? '', operations: [] });
  for (const op of operations) {
    for (const tag of op.tags) {
      let group = groups.get(tag);
      if (!group) groups.set(tag, (group = { name: tag, description: '', operations: [] }));
      group.operations.push(op);
    }
  }
  return [...groups.values()].filter((g) => g.operations.length > 0);
}

/** The media types of a body or an answer. */
export const mediaOf = (content: Record<string, MediaType> | undefined): [string, MediaType][] => Object.entries(content ?? {});
