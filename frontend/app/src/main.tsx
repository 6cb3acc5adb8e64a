import { AuthflowProvider } from "@authflow/client/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "react-redux";
import { BrowserRouter } from "react-router";
import { authflow } from "./app/authflow.ts";
import { takeMailed } from "./app/mailed.ts";
import { followReleases } from "./app/newRelease.ts";
import { Pages } from "./app/routes.tsx";
import { store } from "./app/store.ts";
import { Announcer } from "./parts/Announcer.tsx";
import "./styles.css";

takeMailed();
followReleases();

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Provider store={store}>
      <AuthflowProvider client={authflow}>
        <BrowserRouter>
          <Announcer />
          <Pages />
        </BrowserRouter>
      </AuthflowProvider>
    </Provider>
  </StrictMode>,
);
