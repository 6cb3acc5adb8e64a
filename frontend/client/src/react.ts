import { createContext, createElement, type ReactNode } from "react";
import type { Authflow } from "./authflow.ts";

const Client = createContext<Authflow | undefined>(undefined);

export function AuthflowProvider(props: { client: Authflow; children: ReactNode }) {
  return createElement(Client.Provider, { value: props.client }, props.children);
}
