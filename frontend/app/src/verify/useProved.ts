import { useNavigate } from "react-router";
import { forgetMailed } from "../app/mailed.ts";
import { paths } from "../app/paths.ts";
import { forgetPending, type Pending } from "../app/pending.ts";
import { say } from "../app/store.ts";
import { texts } from "../texts/texts.ts";

/** The address is proved and this browser logged in: on to the overview. */
export function useProved() {
  const navigate = useNavigate();
  return async (kind?: Pending["kind"]) => {
    forgetPending();
    forgetMailed();
    say("ok", kind === "change" ? texts.events.email_changed : texts.notices.confirmed);
    await navigate(paths.overview, { replace: true });
  };
}
