import type { ReactNode } from "react";
import { texts } from "../texts/texts.ts";
import { Brand } from "./Brand.tsx";
import { Foot } from "./Foot.tsx";
import { Notices } from "./Notices.tsx";
import { useArrival } from "./useArrival.ts";

type Props = {
  title: string;
  lead?: ReactNode;
  /** Of two: moves the dot on the line. */
  step?: 1 | 2;
  line?: "half" | "third" | "twothirds" | "broken" | "off";
  /** A remark under the sheet. */
  aside?: string;
  children: ReactNode;
};

/** A page with one thing to do: a sheet that hangs on the line. */
export function Sheet({ title, lead, step, line, aside, children }: Props) {
  const heading = useArrival(title);
  const at = line ?? (step ? (["third", "twothirds"] as const)[step - 1] : "half");
  return (
    <>
      <header className="bar">
        <Brand />
      </header>
      <main className="stage" id="main">
        <div className={`line line--${at}`} aria-hidden="true" />
        <div className="sheet">
          {step && <p className="step">{texts.step(step)}</p>}
          <h1 tabIndex={-1} ref={heading}>
            {title}
          </h1>
          {lead && <p className="soft">{lead}</p>}
          <Notices />
          {children}
        </div>
        {aside && <p className="aside">{aside}</p>}
      </main>
      <Foot />
    </>
  );
}
