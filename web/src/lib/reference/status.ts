/** What kind of answer a status is: its colour goes by it. */
export function toneOf(status: string | number): 'good' | 'moved' | 'wrong' | 'bad' | 'none' {
  switch (String(status)[0]) {
    case '2':
      return 'good';
    case '1':
    case '3':
      return 'moved';
    case '4':
      return 'wrong';
    case '5':
      return 'bad';
    default:
      return status === 0 ? 'bad' : 'none';
  }
}

/** A duration for people. */
export const duration = (ms: number): string => (ms < 1 ? '<1 ms' : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`);

/** A size for people. */
export const size = (bytes: number): string => (bytes < 1024 ? `${bytes} B` : bytes < 1 << 20 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`);
