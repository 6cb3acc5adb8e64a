import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useSyncExternalStore,
} from "react";
import type { Authflow } from "./authflow.ts";
import { RESTORING, type Session } from "./session.ts";

const Client = createContext<Authflow | undefined>(undefined);

export type ProviderProps = { client: Authflow; children?: ReactNode };

/** Starts the client, which was made outside of React and lives longer than any component. */
export function AuthflowProvider({ client, children }: ProviderProps): ReactElement {
  useEffect(() => client.start(), [client]);
  return createElement(Client.Provider, { value: client }, children);
}

export function useAuthflow(): Authflow {
  const client = useContext(Client);
  if (!client) throw new Error("No <AuthflowProvider>");
  return client;
}

/** Who is signed in; renders again when that changes. On a server nobody knows yet. */
export function useSession(): Session {
  const client = useAuthflow();
  return useSyncExternalStore(client.subscribe, client.getSession, () => RESTORING);
}
