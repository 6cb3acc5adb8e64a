import { useEffect, useRef } from "react";
import { useDispatch, useSelector } from "react-redux";
import { useLocation } from "react-router";
import { moved } from "../app/notices.ts";
import type { State } from "../app/store.ts";
import { texts } from "../texts/texts.ts";

/** Before every page: the way past its head, and the region from which notices are said aloud. */
export function Announcer() {
  const notice = useSelector((state: State) => state.notices.notice);
  const { pathname } = useLocation();
  const dispatch = useDispatch();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current !== pathname) dispatch(moved());
    before.current = pathname;
  }, [pathname, dispatch]);
  return (
    <>
      <a className="skip" href="#main">
        {texts.skip}
      </a>
      <p className="unseen" role="status">
        {notice?.text}
      </p>
    </>
  );
}
