import type { SerializedError } from "@reduxjs/toolkit";
import type { Failure } from "../app/api.ts";
import { useLong } from "../forms/waits.ts";
import { texts } from "../texts/texts.ts";
import { Icon } from "./Icon.tsx";

type Props = { error: Failure | SerializedError | undefined; onRetry: () => unknown };

/** In the place of a list that is on its way, or did not come. */
export function Loading({ error, onRetry }: Props) {
  const seen = useLong(!error, 300);
  if (!error)
    return (
      <div className="empty" role="status">
        {seen && <div className="waiting-line mx-auto" aria-hidden="true" />}
        <span className="unseen">{texts.oneMoment}</span>
      </div>
    );
  return (
    <div className="notice notice--problem m-6" role="alert">
      <Icon name="alert" />
      <p>
        <b>{texts.lists.failed}</b> {texts.lists.more}{" "}
        <button className="text-button" type="button" onClick={onRetry}>
          {texts.tryAgain}
        </button>
      </p>
    </div>
  );
}
