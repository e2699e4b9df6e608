/** Quotes for a POSIX shell. Plain words stay as they are. */
export function shell(text: string): string {
  if (/^[A-Za-z0-9_./:@-]+$/.test(text)) return text;
  return `'${text.replaceAll('\0', '').replaceAll("'", `'\\''`)}'`;
}

/** A character of a literal by its code, for what must not stand there itself. */
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff"\\]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function literal(text: string, other: (code: number) => string): string {
  const short: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };
  return `"${text.replace(unsafe, (c) => short[c] ?? other(c.charCodeAt(0)))}"`;
}

const hex4 = (code: number) => `\\u${code.toString(16).padStart(4, '0')}`;
const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff;

/** A Go string. Text of many lines is a raw string where that can hold it. */
export function go(text: string): string {
  if (text.includes('\n') && !/[`\r\0\ufeff]/.test(text) && !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)) return `\`${text}\``;
  return literal(text, (code) => hex4(isSurrogate(code) ? 0xfffd : code));
}

/** A Python string. */
export const python = (text: string): string => literal(text, (code) => hex4(isSurrogate(code) ? 0xfffd : code));

/** A JavaScript string. */
export const javascript = (text: string): string => literal(text, hex4);
