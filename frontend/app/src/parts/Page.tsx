import type { ReactNode } from "react";
import { Notices } from "./Notices.tsx";
import { useArrival } from "./useArrival.ts";

/** A page of the one who is logged in; its frame is `Inside`. */
export function Page({ title, name = title, lead, children }: Props) {
  const heading = useArrival(name);
  return (
    <main className="page" id="main">
      <div className="page-head">
        <div>
          <h1 tabIndex={-1} ref={heading}>
            {title}
          </h1>
          {lead && <p className="soft">{lead}</p>}
        </div>
      </div>
      <Notices />
      {children}
    </main>
  );
}

type Props = {
  title: string;
  /** In the browser's tab, where it is another one. */
  name?: string;
  lead?: ReactNode;
  children: ReactNode;
};
