import { type RefObject, useEffect, useRef } from "react";
import { useLocation, useNavigationType } from "react-router";
import { texts } from "../texts/texts.ts";

/** Names the page, and brings whoever came from another one to its heading. */
export function useArrival(title: string): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const { key, hash } = useLocation();
  const how = useNavigationType();
  useEffect(() => {
    document.title = texts.title(title);
  }, [title]);
  useEffect(() => {
    if (key === "default" || hash) return;
    if (how !== "POP") scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [key, hash, how]);
  return heading;
}
