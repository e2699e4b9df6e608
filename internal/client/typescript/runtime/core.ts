/** How a client reaches its service. */
export interface ClientOptions {
  /** "https://example.com"; paths of operations come behind it. In a browser "" is the page's own server. */
  baseUrl?: string;
  /** What sends requests; the global fetch if it is not given. */
  fetch?: (request: Request) => Promise<Response>;
  /** Sent with every request. */
  headers?: Record<string, string>;
  /** Whether the browser sends its cookies: "include" does so to other origins too. */
  credentials?: RequestCredentials;
  /** Says whose requests are, by the schemes of the service. */
  auth?: Auth;
  /** Called before each request; may return another one. What it throws is thrown by the call. */
  before?: (request: Request) => Request | void | Promise<Request | void>;
  /** Called with each answer; may return another one. */
  after?: (response: Response) => Response | void | Promise<Response | void>;
}

/** What one call may say besides its input. */
export interface RequestOptions {
  signal?: AbortSignal | undefined;
  headers?: Record<string, string> | undefined;
}

/** An error as RFC 9457 has it, or as much of that as the service tells. */
export interface Problem {
  type?: string;
  title?: string;
  status: number;
  /** What went wrong, for programs. */
  code?: string;
  detail?: string;
  instance?: string;
  /** All that is wrong with the request. */
  errors?: Fault[];
}

/** One thing that is wrong with a request: a parameter, or a member of its body. */
export interface Fault {
  in?: string;
  parameter?: string;
  pointer?: string;
  code?: string;
  detail?: string;
}

/** An answer with a status of 400 or more. Its body is what came: JSON, or text. */
export class ApiError<Body = unknown> extends Error {
  override name = "ApiError";
  constructor(
    message: string,
    readonly status: number,
    readonly headers: Headers,
    readonly body: Body,
  ) {
    super(message);
  }
}

/** An ApiError that the service tells as a problem. */
export class ProblemError extends ApiError {
  override name = "ProblemError";
  constructor(
    message: string,
    status: number,
    headers: Headers,
    body: unknown,
    readonly problem: Problem,
  ) {
    super(message, status, headers, body);
  }
}

/** A file that comes as it is read: take it whole with blob, or piece by piece from stream. */
export interface Download {
  /** As the service calls it, without folders; may be "". */
  name: string;
  type: string;
  /** -1 if it is not known. */
  size: number;
  status: number;
  headers: Headers;
  stream: ReadableStream<Uint8Array> | null;
  blob: () => Promise<Blob>;
}

/** An answer that says where to go. Browsers keep it to themselves: location is null and status 0 there. */
export interface Redirect {
  location: string | null;
  status: number;
}

interface Param {
  in: "path" | "query" | "header" | "cookie";
  name: string;
  style: string;
  explode?: boolean;
  reserved?: boolean;
  /** Of a path: its slashes are the path's. */
  rest?: boolean;
  required?: boolean;
  value: unknown;
}

interface Answer {
  kind: "none" | "json" | "text" | "file" | "redirect";
  result?: string;
}

interface Sealed {
  message: string;
  state: string;
}

interface Call {
  name: string;
  method: string;
  path: string;
  accept: string;
  params?: Param[];
  security?: Credential[][];
  body?: { kind: "json" | "text" | "file" | "form" | "parts"; media: string; value: unknown; fields?: [string, string][] };
  answers: [status: string, answer: Answer][];
  sealed?: [status: string, sealed: Sealed][];
  /** The answer is returned with its status and headers. */
  whole?: boolean;
}

type Credential = [kind: "bearer" | "basic" | "header" | "query" | "cookie", key: string, value: unknown];

type Pair = [name: string, value: string];

function scalar(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function deep(name: string, value: unknown): Pair[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item) => deep(name, item));
  if (typeof value === "object") return Object.entries(value).flatMap(([key, item]) => deep(`${name}[${key}]`, item));
  return [[name, String(value)]];
}

/** Writes a value in a style: as pairs in the query, else as one text. */
function pairs(p: Param): Pair[] {
  const segment = (text: string) => (p.rest ? encodeURIComponent(text).replace(/%2F/g, "/") : encodeURIComponent(text));
  const escape = p.in === "path" ? segment : (text: string) => text;
  if (p.style === "json") return [[p.name, escape(JSON.stringify(p.value))]];
  if (p.style === "deepObject") return deep(p.name, p.value);
  const named: Pair[] = [];
  const list: string[] = [];
  const isObject = typeof p.value === "object" && p.value !== null && !Array.isArray(p.value);
  if (Array.isArray(p.value)) {
    list.push(...p.value.map((item) => escape(scalar(item))));
  } else if (isObject) {
    for (const [key, item] of Object.entries(p.value as object)) {
      if (item !== null && item !== undefined) named.push([escape(key), escape(scalar(item))]);
    }
  } else {
    list.push(escape(scalar(p.value)));
  }
  if (p.explode && (p.in === "query" || p.in === "cookie")) {
    return isObject ? named : list.map((item) => [p.name, item]);
  }
  const start = p.style === "label" ? "." : p.style === "matrix" ? ";" : "";
  const name = p.style === "matrix" ? `${escape(p.name)}=` : "";
  let between = p.style === "spaceDelimited" ? " " : p.style === "pipeDelimited" ? "|" : ",";
  if (p.explode && start !== "") between = start;
  for (const [key, item] of named) list.push(...(p.explode ? [`${key}=${item}`] : [key, item]));
  if (name !== "" && p.explode) return [[p.name, start + (isObject ? list.join(between) : name + list.join(between + name))]];
  return [[p.name, start + name + list.join(between)]];
}

const reserved = /%(3A|2F|3F|40|24|2C|3B|5B|5D)/g;

function place(call: Call, query: string[], headers: Headers, cookies: string[]): string {
  let path = call.path;
  for (const p of call.params ?? []) {
    if (p.value === undefined || p.value === null) {
      if (p.required && p.in === "path") throw new TypeError(`${call.name}: ${p.name}: it is missing`);
      continue;
    }
    if (Array.isArray(p.value) && p.value.length === 0 && p.in !== "path") continue;
    for (const [name, value] of pairs(p)) {
      switch (p.in) {
        case "path":
          if (value.split("/").some((part) => part === "" || part === "." || part === "..")) {
            throw new TypeError(`${call.name}: ${p.name}: ${JSON.stringify(value)} cannot be a segment of a path`);
          }
          path = path.split(`{${p.name}}`).join(value);
          break;
        case "query": {
          let text = encodeURIComponent(value);
          if (p.reserved) text = text.replace(reserved, decodeURIComponent);
          query.push(`${encodeURIComponent(name)}=${text}`);
          break;
        }
        case "header":
          headers.set(name, value);
          break;
        case "cookie":
          cookies.push(cookie(name, value));
      }
    }
  }
  return path;
}

function cookie(name: string, value: string): string {
  if (/[\x00-\x20\x7f",;\\]/.test(value)) throw new TypeError(`${name}: ${JSON.stringify(value)} cannot be the value of a cookie`);
  return `${name}=${value}`;
}

/** Sends the credentials of the first requirement of which all are there. */
function authorize(call: Call, query: string[], headers: Headers, cookies: string[]): void {
  const all = call.security?.find((l) => l.every(([, , value]) => value !== undefined && value !== ""));
  for (const [kind, key, value] of all ?? []) {
    switch (kind) {
      case "bearer":
        headers.set("Authorization", `Bearer ${String(value)}`);
        break;
      case "basic": {
        const { user, password } = value as { user: string; password: string };
        const bytes = new TextEncoder().encode(`${user}:${password}`);
        headers.set("Authorization", `Basic ${btoa(String.fromCharCode(...bytes))}`);
        break;
      }
      case "header":
        headers.set(key, String(value));
        break;
      case "query":
        query.push(`${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`);
        break;
      case "cookie":
        cookies.push(cookie(key, String(value)));
    }
  }
}

/** The fields of a form: [name, value, media type]. Files are a Blob each. */
function fieldsOf(body: NonNullable<Call["body"]>): [string, unknown, string][] {
  const value = (body.value ?? {}) as Record<string, unknown>;
  const media = new Map(body.fields);
  return Object.entries(value).flatMap(([name, field]): [string, unknown, string][] => {
    if (field === undefined || field === null) return [];
    const type = media.get(name) ?? "";
    return (Array.isArray(field) && type === "" ? field : [field]).map((item: unknown) => [name, item, type]);
  });
}

function encode(body: NonNullable<Call["body"]>, headers: Headers): BodyInit {
  switch (body.kind) {
    case "json":
      headers.set("Content-Type", body.media);
      return JSON.stringify(body.value);
    case "text":
      headers.set("Content-Type", body.media);
      return String(body.value);
    case "file": {
      const file = body.value as Blob;
      headers.set("Content-Type", file.type || body.media);
      return file;
    }
    case "form": {
      const form = new URLSearchParams();
      for (const [name, value] of fieldsOf(body)) form.append(name, scalar(value));
      return form;
    }
    case "parts": {
      const form = new FormData();
      for (const [name, value, media] of fieldsOf(body)) {
        if (value instanceof Blob) form.append(name, value, (value as Blob & { name?: string }).name ?? "file");
        else if (typeof value === "object" || media === "application/json") {
          form.append(name, new Blob([JSON.stringify(value)], { type: "application/json" }));
        } else form.append(name, String(value));
      }
      return form;
    }
  }
}

/** Makes and sends a request, and gives back whatever is answered. */
async function exchange(config: ClientOptions, call: Call, options: RequestOptions, more?: Record<string, string>): Promise<Response> {
  const headers = new Headers({ ...config.headers, ...options.headers, ...more });
  const query: string[] = [];
  const cookies: string[] = [];
  const path = place(call, query, headers, cookies);
  authorize(call, query, headers, cookies);
  if (cookies.length > 0) headers.set("Cookie", cookies.join("; "));
  headers.set("Accept", call.accept);
  const init: RequestInit = { method: call.method, headers };
  if (call.body && call.body.value !== undefined) init.body = encode(call.body, headers);
  if (options.signal) init.signal = options.signal;
  if (config.credentials) init.credentials = config.credentials;
  if (call.answers.some(([, a]) => a.kind === "redirect")) init.redirect = "manual";
  const url = (config.baseUrl ?? "").replace(/\/$/, "") + path + (query.length > 0 ? `?${query.join("&")}` : "");
  let request = new Request(url, init);
  request = (await config.before?.(request)) ?? request;
  const response = await (config.fetch ? config.fetch(request) : globalThis.fetch(request));
  return (await config.after?.(response)) ?? response;
}

/** Takes what belongs to a status, the most exact one. */
function find<T>(list: [string, T][] | undefined, status: number): T | undefined {
  const text = String(status);
  for (const want of [text, `${text.charAt(0)}XX`, "default"]) {
    const found = list?.find(([key]) => key === want);
    if (found) return found[1];
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Makes an error of an answer. */
async function refused(call: Call, response: Response): Promise<ApiError> {
  const text = await response.text();
  const status = response.status;
  const type = response.headers.get("Content-Type") ?? "";
  const body = type.includes("json") ? parse(text) : text;
  const sealed = find(call.sealed, status);
  let problem: Problem | undefined;
  if (isObject(body) && type.startsWith("application/problem+json")) {
    problem = { ...body, status };
  } else if (isObject(body) && sealed) {
    problem = { status };
    const { [sealed.message]: detail, [sealed.state]: code, errors } = body;
    if (typeof detail === "string") problem.detail = detail;
    if (typeof code === "string" || typeof code === "number") problem.code = String(code);
    if (Array.isArray(errors)) problem.errors = errors as Fault[];
  }
  const say = problem?.detail ?? problem?.code ?? problem?.title ?? (isObject(body) ? "" : text.slice(0, 200));
  const message = `${call.name}: ${status} ${say || response.statusText}`;
  if (problem) return new ProblemError(message, status, response.headers, body, problem);
  return new ApiError(message, status, response.headers, body);
}

function download(response: Response): Download {
  const disposition = response.headers.get("Content-Disposition") ?? "";
  const long = /filename\*=utf-8''([^;]*)/i.exec(disposition)?.[1];
  const short = /filename="?((?:[^";\\]|\\.)*)"?/i.exec(disposition)?.[1];
  let name = (long ? decode(long) : (short ?? "").replace(/\\(.)/g, "$1")).split(/[/\\]/).pop() ?? "";
  if (name === "." || name === "..") name = "";
  return {
    name,
    type: response.headers.get("Content-Type") ?? "",
    size: Number(response.headers.get("Content-Length") ?? -1),
    status: response.status,
    headers: response.headers,
    stream: response.body,
    blob: () => response.blob(),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function read(call: Call, response: Response): Promise<unknown> {
  const answer = find(call.answers, response.status) ?? call.answers[0]?.[1];
  switch (answer?.kind) {
    case "json": {
      const text = await response.text();
      if (text === "") return undefined;
      const value = JSON.parse(text) as unknown;
      return answer.result !== undefined && isObject(value) ? value[answer.result] : value;
    }
    case "text":
      return response.text();
    case "file":
      return download(response);
    case "redirect":
      return { location: response.headers.get("Location"), status: response.status };
  }
  await response.body?.cancel();
  return undefined;
}

/** Sends a request and reads its answer. */
async function send(config: ClientOptions, call: Call, options: RequestOptions = {}): Promise<unknown> {
  const response = await exchange(config, call, options);
  if (response.status >= 400) throw await refused(call, response);
  const body = await read(call, response);
  return call.whole ? { status: response.status, headers: response.headers, body } : body;
}
