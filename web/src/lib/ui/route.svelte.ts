/** Where in the page one is: the parts of the hash, "#/operation/user_signup" is operation and user_signup. */
function read(): string[] {
  return location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
}

class Route {
  parts = $state<string[]>(read());

  constructor() {
    addEventListener('hashchange', () => (this.parts = read()));
  }
}

export const route = new Route();

/** The address of a place in the page. */
export const href = (...parts: string[]): string => '#/' + parts.map(encodeURIComponent).join('/');
