/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Where the API is, if it is not behind this page's own origin: `https://api.example.com`. */
  readonly VITE_API_URL?: string;
}
