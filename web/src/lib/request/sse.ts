/** An event of a stream. */
export interface ServerEvent {
  event: string; // "message" unless the stream says more
  data: string;
  id: string;
}

/** Reads a stream of events in pieces, cut anywhere. */
export class EventReader {
  #rest = '';
  #event = '';
  #data: string[] = [];
  #id = '';
  #first = true;

  /** The events that end in this piece. */
  push(piece: string): ServerEvent[] {
    if (this.#first && piece !== '') {
      piece = piece.replace(/^\uFEFF/, '');
      this.#first = false;
    }
    const text = this.#rest + piece;
    // A carriage return at the end may be half of a line's end.
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    this.#rest = lines.pop()! + text.slice(whole.length);
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): ServerEvent[] {
    if (line === '') {
      const done = this.#data.length > 0 ? [{ event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id }] : [];
      this.#event = '';
      this.#data = [];
      return done;
    }
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.#event = value;
    else if (name === 'data') this.#data.push(value);
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    return [];
  }
}
