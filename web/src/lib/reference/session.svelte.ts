import type { Model, Operation } from '$lib/openapi/model';
import { fillBody, newForm, type FormState } from '$lib/request/form';
import type { FieldValue } from '$lib/request/field';
import { problemOf, type Problem } from '$lib/request/problem';
import { buildRequest, type Credentials, type HttpRequest } from '$lib/request/request';
import { send, type Answer } from '$lib/request/send';
import type { ServerEvent } from '$lib/request/sse';
import type { Server } from '$lib/openapi/types';
import { t } from '$lib/text';

const storage = 'utilmeta.docs.credentials';
const maxEvents = 200;
const maxHistory = 50;

/** A request that was sent from this tab. */
export interface Sent {
  number: number;
  operation: string;
  method: string;
  url: string;
  status: number;
  took: number;
  at: Date;
  form: FormState;
}

/** The last request of an operation, and what came of it. */
export class Run {
  request = $state.raw<HttpRequest>();
  form = $state.raw<FormState>(); // as it was sent
  answer = $state.raw<Answer>();
  problem = $state.raw<Problem>();
  events = $state.raw<ServerEvent[]>([]);
  dropped = $state(0);
  busy = $state(false);
  #abort?: AbortController;

  async send(request: HttpRequest, form: FormState): Promise<Answer> {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    this.request = request;
    this.form = form;
    this.answer = this.problem = undefined;
    this.events = [];
    this.dropped = 0;
    this.busy = true;
    const answer = await send(request, abort.signal, {
      begun: (a) => (this.answer = a),
      events: (list) => {
        const all = [...this.events, ...list];
        this.dropped += Math.max(0, all.length - maxEvents);
        this.events = all.slice(-maxEvents);
      },
    });
    if (this.#abort !== abort) return answer; // another has begun meanwhile
    this.busy = false;
    this.answer = answer;
    this.problem = answer.text === undefined ? undefined : problemOf(answer.type, answer.text);
    return answer;
  }

  stop() {
    this.#abort?.abort();
  }

  /** The faults of one control, as long as it has the value that was sent. */
  faultsOf(key: string, now: FormState): string[] {
    if (!same(this.form?.values[key], now.values[key])) return [];
    return this.problem?.faults.filter((f) => f.parameter === key || f.member === key).map((f) => f.message) ?? [];
  }
}

const same = (a: FieldValue | undefined, b: FieldValue | undefined): boolean => a?.length === b?.length && [...(a ?? [])].every((x, i) => x === b![i] || x instanceof File);

/** Where requests can go. */
export interface Place {
  url: string;
  label: string;
}

/** What somebody does with the document in this tab. */
export class Session {
  readonly model: Model;
  readonly servers: Place[];
  #base = $state('');
  #elsewhere = $state<Record<string, string>>({}); // by operation
  credentials = $state<Credentials>({});
  keep = $state(false);
  history = $state.raw<Sent[]>([]);
  #forms = new Map<string, FormState>();
  #runs = new Map<string, Run>();
  #count = 0;

  constructor(model: Model) {
    this.model = model;
    this.servers = serversOf(model);
    this.#base = this.servers[0]!.url;
    for (const name of [...model.schemes.keys(), ...model.operations.flatMap((op) => op.security.flatMap(Object.keys))]) this.credentials[name] = {};
    try {
      const kept = sessionStorage.getItem(storage);
      if (kept) {
        for (const [name, given] of Object.entries(JSON.parse(kept) as Credentials)) if (Object.hasOwn(this.credentials, name)) this.credentials[name] = given;
        this.keep = true;
      }
    } catch {
      // nothing is kept
    }
  }

  /** Keeps the credentials in this tab, or forgets those that were kept. */
  store() {
    try {
      if (this.keep) sessionStorage.setItem(storage, JSON.stringify(this.credentials));
      else sessionStorage.removeItem(storage);
    } catch {
      // storage is refused: they stay in memory
    }
  }

  /** Where an operation can be asked. */
  serversOf(op: Operation): Place[] {
    return op.servers.length > 0 ? distinct(op.servers.map(placeOf)) : this.servers;
  }

  /** Where an operation is asked. */
  baseOf(op: Operation): string {
    return op.servers.length > 0 ? (this.#elsewhere[op.id] ?? placeOf(op.servers[0]!).url) : this.#base;
  }

  setBase(op: Operation, url: string) {
    if (op.servers.length > 0) this.#elsewhere[op.id] = url;
    else this.#base = url;
  }

  form(op: Operation): FormState {
    const known = this.#forms.get(op.id);
    if (known) return known;
    const form = $state(newForm(this.model.doc, op));
    this.#forms.set(op.id, form);
    return form;
  }

  /** Chooses the form of the body, and begins it with an example. */
  setMedia(op: Operation, media: string) {
    const form = this.form(op);
    form.media = media;
    fillBody(this.model.doc, op, form);
  }

  run(op: Operation): Run {
    let run = this.#runs.get(op.id);
    if (!run) this.#runs.set(op.id, (run = new Run()));
    return run;
  }

  async send(op: Operation) {
    const form = this.form(op);
    const request = buildRequest(this.model, op, form, this.credentials, this.baseOf(op));
    const sent = { number: ++this.#count, operation: op.id, method: op.method, url: request.url, at: new Date(), form: $state.snapshot(form) as FormState };
    const answer = await this.run(op).send(request, sent.form);
    this.history = [{ ...sent, status: answer.status, took: answer.took }, ...this.history].slice(0, maxHistory);
  }

  /** Puts what was sent back into its form. */
  restore(sent: Sent) {
    const op = this.model.byId.get(sent.operation);
    if (op) Object.assign(this.form(op), $state.snapshot(sent.form));
  }

  reset(op: Operation) {
    Object.assign(this.form(op), newForm(this.model.doc, op));
  }
}

/** Where requests can go. This origin comes first: the cookies of the browser go there. */
function serversOf(model: Model): Place[] {
  const told = (model.doc.servers ?? []).map(placeOf);
  // Behind a proxy that puts something before the path, the document says so in its server.
  const prefix = told.map((s) => new URL(s.url).pathname.replace(/\/$/, '')).find((p) => p !== '' && location.pathname.startsWith(p + '/'));
  const here = { url: location.origin + (prefix ?? ''), label: `${t.thisServer}: ${location.host}${prefix ?? ''}` };
  return distinct([here, ...told]);
}

const distinct = (places: Place[]): Place[] => places.filter((p, i) => places.findIndex((q) => q.url === p.url) === i);

function placeOf(s: Server): Place {
  const url = s.url.replace(/\{([^}]*)\}/g, (all, name: string) => s.variables?.[name]?.default ?? all);
  return { url: absolute(url), label: s.description ? `${s.description}: ${url}` : url };
}

function absolute(url: string): string {
  try {
    return new URL(url, location.origin).href.replace(/\/$/, '');
  } catch {
    return location.origin;
  }
}
