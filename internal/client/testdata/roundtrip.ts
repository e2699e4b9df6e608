// Calls every kind of operation of everything.ts against the server whose address is the first argument.
import { ApiError, createClient, ProblemError, type Maybe, type Pet, type PetsCreateFailure, type Value } from "./everything.js";

declare const process: { argv: string[]; exitCode: number };

const base = process.argv[2] ?? "";
const api = createClient({ baseUrl: base });
let failures = 0;

function same(what: string, got: unknown, want: unknown): void {
  const sorted = (v: unknown): unknown =>
    typeof v !== "object" || v === null || Array.isArray(v)
      ? Array.isArray(v) ? v.map(sorted) : v
      : Object.fromEntries(Object.entries(v).sort().map(([k, x]) => [k, sorted(x)]));
  const [a, b] = [JSON.stringify(sorted(got)), JSON.stringify(sorted(want))];
  if (a !== b) {
    failures++;
    console.log(`${what}: got ${a}, want ${b}`);
  }
}

async function thrown(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return undefined;
}

const list = await api.pets.list({
  tag: ["a&b", "c"], ids: [1, 2], range: { from: 1, to: 9 }, filter: { name: "x y" }, sort: ["name", "age"], since: "2026-11-25",
  at: "2026-11-25T13:00:00Z", raw: "a/b:c&d=e", xTrace: "t", flavor: "sweet",
});
same("query", decodeURIComponent(list.query).replace(/%26/g, "&"),
  'tag=a&b&tag=c&ids=1,2&range[from]=1&range[to]=9&filter={"name":"x y"}&sort=name|age&since=2026-11-25&at=2026-11-25T13:00:00Z&raw=a/b:c&d=e');
same("encoding", list.query.includes("tag=a%26b&") && list.query.endsWith("raw=a/b:c%26d%3De"), true);
same("header", list.header, { "X-Trace": "t", Cookie: "flavor=sweet" });
same("nothing", (await api.pets.list()).query, "");
same("path", (await api.thing({ plain: "a/b c", label: [1, 2], matrix: ["x", "y"] })).path, "/base/things/a%2Fb%20c/.1.2/;matrix=x,y");
same("rest", (await api.rest({ path: "a b/c?" })).path, "/base/rest/a%20b/c%3F");
same("rest that leads up", (await thrown(api.rest({ path: "a/../b" }))) instanceof TypeError, true);
same("segment", (await thrown(api.thing({ plain: "..", label: [1], matrix: ["x"] }))) instanceof TypeError, true);

const pet: Pet = await api.pets.create({ kind: "cat", name: "Tom", lives: 9 });
if (pet.kind === "cat") same("lives", pet.lives satisfies number, 9);
else same("kind", pet.tricks, "a cat");
for (const v of ["text", 3, [true, false], { x: 1, y: 2 }, { x: 1, y: 2, r: 3 }] satisfies Value[]) same("value", await api.value(v), v);
for (const v of [{ needed: null, list: [] }, { needed: "", either: null, list: ["a"], more: [], when: null }] satisfies Maybe[]) {
  same("maybe", JSON.parse((await api.maybe(v)).body), v);
}
same("account", await api.account({ name: "ann", password: "secret" }), { id: 7, name: "ann" });
const odd = { 'a"b,c`d': "x", "-": "dash", "": "empty", type: "" as const, fooBar: 1, foo_bar: 2, more: 4, ["__proto__"]: 5, ["constructor"]: 6 };
same("odd", await api.odd(odd), odd);
const tree = { name: "a", kids: [{ name: "b" }], next: { name: "c" } };
same("tree", await api.tree(tree), tree);

same("form", (await api.files.form({ name: "a b&c", tags: ["x", "y"] })).body, "name=a+b%26c&tags=x&tags=y");
const upload = await api.files.upload({
  id: "7",
  body: {
    title: "T", cover: new File([new Uint8Array(5 << 20)], "c.png"), papers: [new File(["one"], "1.pdf"), new File(["two"], "2.pdf")], meta: { pages: 3 },
  },
});
same("upload", upload.body, 'title=T; cover=5242880 bytes c.png; papers=one 1.pdf; papers=two 2.pdf; meta={"pages":3} blob');
const bytes = await api.files.bytes(new Blob(["bytes"]));
same("bytes", [bytes.body, bytes.header["Content-Type"]], ["bytes", "application/octet-stream"]);
same("text", await api.files.text("hello"), "hello");
const file = await api.files.fetch();
same("file", [file.name, file.type, file.size, await (await file.blob()).text()], ["a b.pdf", "application/pdf", 4, "%PDF"]);

const seen: number[] = [];
const over = await thrown((async () => {
  for await (const event of api.files.events({ reconnect: 2 })) seen.push(event.n);
})());
same("events", seen, [1, 2, 3, 4, 5]);
same("last event", over instanceof ProblemError && over.problem.code, "over");
const two: number[] = [];
const broken = await thrown((async () => {
  for await (const event of api.files.events({ lastEventId: "2" })) two.push(event.n);
})());
same("without reconnecting", [two, broken !== undefined], [[3, 4], true]);
const stop = new AbortController();
const aborted = await thrown((async () => {
  for await (const event of api.files.events({ reconnect: Infinity, signal: stop.signal })) if (event.n === 2) stop.abort();
})());
same("aborted", (aborted as Error).name, "AbortError");
for await (const event of api.files.events()) {
  same("one event", event.n, 1);
  break;
}

same("redirect", await api.moved(), { location: "/base/elsewhere", status: 303 });
same("gone", await api.gone(), undefined);
const counted = await api.counted();
same("headers", [counted.status, counted.headers.get("ETag"), counted.headers.get("X-Count"), counted.body], [200, '"2"', "12", ["a"]]);
same("envelope", (await api.boxed()).method, "GET");
const bad = await thrown(api.boxed({ fail: true }));
same("envelope of an error", bad instanceof ProblemError && bad.problem, { status: 400, code: "bad", detail: "no good" });
const wrong = await thrown(api.pets.create({ kind: "dog", name: "wrong", tricks: [] }));
same("problem", wrong instanceof ProblemError && [wrong.status, wrong.problem.code, wrong.problem.errors?.[0]?.pointer], [422, "wrong", "#/name"]);
const taken = await thrown(api.pets.create({ kind: "dog", name: "taken", tricks: [] }));
same("failure", taken instanceof ApiError && (taken as PetsCreateFailure).body.by, 5);
const html = await thrown(api.pets.create({ kind: "dog", name: "broken", tricks: [] }));
same("no problem", html instanceof ApiError && [html.status, html.body], [502, "<html>broken</html>\n"]);

same("without a session", ((await thrown(api.me())) as ApiError).status, 401);
same("with one", (await createClient({ baseUrl: base, auth: { session: "s1" } }).me()).method, "GET");
same("basic", (await createClient({ baseUrl: base, auth: { basic: { user: "ann", password: "pass" } } }).secret()).header, { Authorization: "Basic YW5uOnBhc3M=", "X-Key": "" });
same("bearer", (await createClient({ baseUrl: base, auth: { token: "t", key: "k" } }).secret()).header, { Authorization: "Bearer t", "X-Key": "k" });

let after = 0;
const hooked = createClient({
  baseUrl: base,
  headers: { "X-Trace": "always" },
  before: (request) => new Request(request, { headers: { ...Object.fromEntries(request.headers), "x-trace": "before" } }),
  after: (response) => void (after = response.status),
  fetch: (request) => fetch(request),
});
same("hooks", [(await hooked.pets.list()).header["X-Trace"], after], ["before", 200]);
same("signal", ((await thrown(api.gone({ signal: AbortSignal.abort() }))) as Error).name, "AbortError");

if (failures > 0) process.exitCode = 1;
