import { en, type Texts } from "./en.ts";

/** The language of this page. */
export const texts: Texts = en;
