// @vitest-environment happy-dom
import { act, createElement, StrictMode } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, test, vi } from "vitest";
import type { Authflow } from "../src/index.ts";
import { AuthflowProvider, useAuthflow, useSession } from "../src/react.ts";
import { ADA, answer, asked, happens, json, loggedIn, QUICKLY, stored, tab } from "./world.ts";

let renders = 0;

function Who() {
  const session = useSession();
  const { getSession } = useAuthflow();
  renders++;
  return session === getSession() && session.status === "signedIn" ? session.user.username : session.status;
}

const inside = (client: Authflow) =>
  createElement(StrictMode, null, createElement(AuthflowProvider, { client }, createElement(Who)));

async function shown(client: Authflow) {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const place = document.createElement("div");
  const root = createRoot(place);
  await act(async () => root.render(inside(client)));
  return { place, root };
}

test("a component shows who is signed in, and again when that changes", async () => {
  stored.set("authflow", "a mark");
  const client = tab();
  const { place, root } = await shown(client);
  await vi.waitFor(() => expect(place.textContent).toBe("Ada"), QUICKLY);
  answer("PATCH /me", () => json(200, { user: { ...ADA, username: "Lovelace" } }));
  await act(() => client.rename("Lovelace"));
  expect(place.textContent).toBe("Lovelace");
  await act(() => client.logOut());
  expect(place.textContent).toBe("signedOut");
  await act(async () => root.unmount());
});

test("StrictMode, which runs effects twice, makes one call", async () => {
  stored.set("authflow", "a mark");
  const { place, root } = await shown(tab());
  await vi.waitFor(() => expect(place.textContent).toBe("Ada"), QUICKLY);
  expect(asked.map(({ path }) => path)).toEqual(["/refresh"]);
  await act(async () => root.unmount());
});

test("nothing is rendered again while nothing changes", async () => {
  const { root } = await shown(tab());
  const before = renders;
  await act(async () => happens("pageshow"));
  expect(renders).toBe(before);
  await act(async () => root.unmount());
});

test("on a server nobody is known, and nothing of a browser is touched", () => {
  for (const name of ["localStorage", "navigator", "document", "addEventListener", "fetch"])
    vi.stubGlobal(name, undefined);
  expect(renderToString(inside(tab()))).toBe("restoring");
});

test("what a server rendered is taken over as it is, by a client that knows more already", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const client = await loggedIn();
  const place = document.createElement("div");
  place.innerHTML = renderToString(inside(tab()));
  const complains = vi.fn();
  const root = await act(async () => hydrateRoot(place, inside(client), { onRecoverableError: complains }));
  expect(place.textContent).toBe("Ada");
  expect(complains).not.toHaveBeenCalled();
  await act(async () => root.unmount());
});

test("without a provider the hook says what is missing", () => {
  expect(() => renderToString(createElement(Who))).toThrow("<AuthflowProvider>");
});
