import { inside } from "./en/account.ts";
import { entrance } from "./en/entrance.ts";
import { shared } from "./en/shared.ts";

/** Every word that the pages say. Another language is another object of this type. */
export const en = { ...shared, ...entrance, ...inside };
export type Texts = typeof en;
