import type { SecurityEvent } from "@authflow/client";
import { texts } from "../texts/texts.ts";
import { clock, dayName, full } from "../texts/times.ts";

type Props = {
  events: SecurityEvent[] /** The log-in of this device. */;
  here?: string | undefined;
  wide?: boolean;
};

/** What happened, day by day along the line. */
export function Happened({ events, here, wide = false }: Props) {
  const newest = events.find(({ type, sessionId }) => type === "login_succeeded" && sessionId === here);
  const Heading = wide ? "h2" : "h3";
  return (
    <div className="days">
      {[...Map.groupBy(events, ({ at }) => dayName(at))].map(([day, those]) => (
        <section key={day} aria-label={day}>
          <Heading className="day">{day}</Heading>
          <ol className={wide ? "events events--wide" : "events"}>
            {those.map((event) => (
              <Row key={event.id} event={event} isNow={event === newest} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

/** A later server may know more types: such a one shows as itself. */
const words: Partial<Record<string, string>> = texts.events;

function Row({ event: { type, at, device, ip }, isNow }: { event: SecurityEvent; isNow: boolean }) {
  const isBad = type === "refresh_reuse";
  return (
    <li className={isBad ? "bad" : isNow ? "now" : undefined}>
      <span className={isBad ? "what bad-word" : "what"}>{words[type] ?? type}</span>
      <time dateTime={at} title={full(at)}>
        {clock(at)}
      </time>
      <span className="row-more dot-list">
        <span>{device}</span>
        {ip && <span>{ip}</span>}
        {isBad && <span>{texts.events.advice}</span>}
      </span>
    </li>
  );
}
