
/** How events are read. */
export interface StreamOptions extends RequestOptions {
  /** Events after this one; what comes from now on if it is not given. */
  lastEventId?: string | undefined;
  /** How often in a row a stream that breaks off is opened again; Infinity for ever. */
  reconnect?: number | undefined;
  /** Milliseconds before it is; 1000. The service may say another time. */
  wait?: number | undefined;
  /** Is told of each event before it is read. */
  onEvent?: ((event: StreamEvent) => void) | undefined;
}

/** An event as it came. */
export interface StreamEvent {
  id: string;
  name: string;
  data: string;
}

interface StreamState {
  id: string;
  wait: number;
}

/** What has no line end after this many characters is no event. */
const maxLine = 16 << 20;

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      for (let end = rest.search(/[\r\n]/); end >= 0; end = rest.search(/[\r\n]/)) {
        if (rest[end] === "\r" && end === rest.length - 1 && !done) break; // its \n may follow
        yield rest.slice(0, end);
        rest = rest.slice(rest.startsWith("\r\n", end) ? end + 2 : end + 1);
      }
      if (done) return;
      if (rest.length > maxLine) throw new Error("an event has too long a line");
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function* eventsOf(body: ReadableStream<Uint8Array>, state: StreamState): AsyncGenerator<StreamEvent> {
  let name = "";
  let data: string[] = [];
  for await (const line of lines(body)) {
    if (line === "") {
      if (data.length > 0) yield { id: state.id, name, data: data.join("\n") };
      name = "";
      data = [];
      continue;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") name = value;
    else if (field === "data") data.push(value);
    else if (field === "id" && !value.includes("\0")) state.id = value;
    else if (field === "retry" && /^\d+$/.test(value)) state.wait = Number(value);
  }
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", fail);
      resolve();
    }, ms);
    if (signal?.aborted) fail();
    else signal?.addEventListener("abort", fail, { once: true });
  });
}

/** Sends the request and reads what comes. The sequence ends with the service, or throws. */
async function* events<T>(config: ClientOptions, call: Call, text: boolean, options: StreamOptions = {}): AsyncGenerator<T, void, undefined> {
  const state: StreamState = { id: options.lastEventId ?? "", wait: options.wait ?? 1000 };
  const tries = options.reconnect ?? 0;
  let left = tries;
  for (;;) {
    let fatal = false;
    try {
      const response = await exchange(config, call, options, state.id === "" ? {} : { "Last-Event-ID": state.id });
      if (response.status >= 400) {
        fatal = response.status < 500;
        throw await refused(call, response);
      }
      if (response.status === 204 || !response.body) return;
      for await (const event of eventsOf(response.body, state)) {
        left = tries;
        fatal = true; // what the caller throws, or cannot be read, is none of the connection
        options.onEvent?.(event);
        if (event.name === "error") throw failed(call, response, event);
        yield (text ? event.data : parse(event.data)) as T;
        fatal = false;
      }
      return; // the service has ended it
    } catch (error) {
      if (fatal || options.signal?.aborted || left <= 0) throw error;
    }
    left--;
    await pause(state.wait, options.signal);
  }
}

function failed(call: Call, response: Response, event: StreamEvent): ApiError {
  const body = parse(event.data);
  if (!isObject(body)) return new ApiError(`${call.name}: ${event.data}`, response.status, response.headers, body);
  const problem = { status: response.status, ...body } as Problem;
  return new ProblemError(`${call.name}: ${problem.status} ${problem.detail ?? problem.title ?? ""}`, problem.status, response.headers, body, problem);
}
