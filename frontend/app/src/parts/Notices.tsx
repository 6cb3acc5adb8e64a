import { useDispatch, useSelector } from "react-redux";
import { dismissed } from "../app/notices.ts";
import type { State } from "../app/store.ts";
import { texts } from "../texts/texts.ts";
import { Icon } from "./Icon.tsx";

const icons = { ok: "tick", problem: "alert", info: "info" } as const;

/** The latest notice, to be read and sent away; `Announcer` says it aloud. */
export function Notices() {
  const notice = useSelector((state: State) => state.notices.notice);
  const dispatch = useDispatch();
  if (!notice) return null;
  return (
    <div className={`notice notice--${notice.kind}`}>
      <Icon name={icons[notice.kind]} />
      <p>{notice.text}</p>
      <button className="close" type="button" aria-label={texts.close} onClick={() => dispatch(dismissed())}>
        <Icon name="close" />
      </button>
    </div>
  );
}
