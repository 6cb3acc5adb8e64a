import { AuthflowProvider } from "@authflow/client/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { authflow } from "./app/authflow";
import { Pages } from "./app/routes";
import "./styles.css";

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <AuthflowProvider client={authflow}>
      <BrowserRouter>
        <Pages />
      </BrowserRouter>
    </AuthflowProvider>
  </StrictMode>,
);
