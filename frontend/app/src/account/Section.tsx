import type { ReactNode } from "react";

type Props = { id: string; title: string; lead: ReactNode; children: ReactNode };

export function Section({ id, title, lead, children }: Props) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <div>
        <h2 id={`${id}-title`}>{title}</h2>
        <p className="soft">{lead}</p>
      </div>
      {children}
    </section>
  );
}
