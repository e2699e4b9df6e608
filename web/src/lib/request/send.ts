import type { HttpRequest } from './request';
import { EventReader, type ServerEvent } from './sse';

/** An answer, or why there is none. */
export interface Answer {
  status: number; // 0 if there is none
  statusText: string;
  headers: [string, string][];
  type: string; // media type
  bytes: number;
  took: number; // milliseconds
  text?: string; // of a body that is text
  blob?: Blob; // of any body
  error?: string;
  redirected?: string; // where to
  streaming?: boolean;
}

export interface Listener {
  events: (list: ServerEvent[]) => void;
  begun: (answer: Answer) => void;
}

/** Sends a request with the cookies of this origin. Events of a stream go to the listener as they come. */
export async function send(request: HttpRequest, signal: AbortSignal, listener: Listener): Promise<Answer> {
  const begin = performance.now();
  const took = () => performance.now() - begin;
  const none = (error: string): Answer => ({ status: 0, statusText: '', headers: [], type: '', bytes: 0, took: took(), error });
  let response: globalThis.Response;
  try {
    setCookies(request);
    response = await fetch(request.url, { method: request.method, headers: request.headers, body: bodyOf(request), credentials: 'same-origin', cache: 'no-store', signal });
  } catch (e) {
    return none(signal.aborted ? 'stopped' : e instanceof Error ? e.message : String(e));
  }
  const type = (response.headers.get('Content-Type') ?? '').toLowerCase();
  const answer: Answer = { status: response.status, statusText: response.statusText, headers: [...response.headers], type, bytes: 0, took: took(), redirected: response.redirected ? response.url : undefined };
  if (/^text\/event-stream\b/.test(type) && response.body) {
    listener.begun({ ...answer, streaming: true });
    return { ...answer, ...(await stream(response.body, listener)), took: took() };
  }
  try {
    const blob = await response.blob();
    answer.blob = blob;
    answer.bytes = blob.size;
    if (isText(type)) answer.text = await blob.text();
  } catch (e) {
    answer.error = signal.aborted ? 'stopped' : e instanceof Error ? e.message : String(e);
  }
  return { ...answer, took: took() };
}

async function stream(body: ReadableStream<Uint8Array>, listener: Listener): Promise<Pick<Answer, 'bytes' | 'error'>> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const events = new EventReader();
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { bytes };
      bytes += value.length;
      const list = events.push(decoder.decode(value, { stream: true }));
      if (list.length > 0) listener.events(list);
    }
  } catch (e) {
    return { bytes, error: e instanceof Error && e.name !== 'AbortError' ? e.message : undefined };
  }
}

/** Scripts may not set the header Cookie; the browser sends what the page has set for its own origin. */
function setCookies(request: HttpRequest) {
  if (new URL(request.url, location.href).origin !== location.origin) return;
  for (const [name, value] of request.cookies) document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; SameSite=Strict`;
}

function bodyOf({ body }: HttpRequest): BodyInit | undefined {
  if (!body) return undefined;
  if (body.kind === 'text') return body.text;
  if (body.kind === 'file') return body.file;
  const data = new FormData();
  for (const p of body.parts) {
    if ('file' in p) data.append(p.name, p.file, p.file.name);
    else data.append(p.name, p.value);
  }
  return data;
}

export const isText = (type: string): boolean => type === '' || /^(text\/|application\/(json|xml|yaml|javascript|x-www-form-urlencoded|x-ndjson)\b|[^;]*\+(json|xml|yaml)\b)/.test(type);
