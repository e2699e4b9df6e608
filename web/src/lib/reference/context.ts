import { getContext, setContext } from 'svelte';
import type { Session } from './session.svelte';

const key = Symbol('session');

export const provideSession = (session: Session) => setContext(key, session);

/** The session of the page around a component. */
export const useSession = (): Session => getContext<Session>(key);
