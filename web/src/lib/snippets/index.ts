import type { HttpRequest } from '$lib/request/request';
import { curl } from './curl';
import { go } from './go';
import { javascript } from './javascript';
import { python } from './python';

export interface Language {
  id: string;
  name: string;
  write: (r: HttpRequest) => string;
}

export const languages: Language[] = [
  { id: 'curl', name: 'curl', write: curl },
  { id: 'go', name: 'Go', write: go },
  { id: 'python', name: 'Python', write: python },
  { id: 'javascript', name: 'JavaScript', write: javascript },
];
