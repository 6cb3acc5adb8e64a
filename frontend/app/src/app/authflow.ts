import { createAuthflow } from "@authflow/client";

/** The one client of this page. An empty VITE_API_URL is this page's own origin. */
export const authflow = createAuthflow({ url: import.meta.env.VITE_API_URL });
