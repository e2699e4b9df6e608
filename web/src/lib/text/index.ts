import { en } from './en';

/** What the pages say. Another language is another value of this type. */
export type Texts = typeof en;

export const t: Texts = en;
