import { useEffect, useState } from "react";

const SECOND = 1_000;

/** How many seconds are left until then, by this clock; 0 afterwards. */
export function useCountdown(until: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  const left = Math.max(0, Math.ceil(((until ?? 0) - now) / SECOND));
  const runs = (until ?? 0) > now;
  useEffect(() => {
    if (!until) return;
    setNow(Date.now());
    if (!runs) return;
    const timer = setInterval(() => setNow(Date.now()), SECOND / 2);
    return () => clearInterval(timer);
  }, [until, runs]);
  return left;
}

/** Whether `waits` has been true for so long. */
export function useLong(waits: boolean, milliseconds: number): boolean {
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(() => setLong(true), milliseconds);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [waits, milliseconds]);
  return long;
}
