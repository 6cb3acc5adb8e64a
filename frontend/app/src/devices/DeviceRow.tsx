import type { Device } from "@authflow/client";
import { Icon } from "../parts/Icon.tsx";
import { texts } from "../texts/texts.ts";
import { ago, day, full } from "../texts/times.ts";

const { devices: words } = texts;
const PHONES = /iPhone|iPad|Android/;

export function DeviceRow({ device, onAsk }: { device: Device; onAsk: () => void }) {
  const { id, current, device: name, ip, lastUsedAt, createdAt } = device;
  return (
    <li className={current ? "here" : undefined}>
      <span className="thing">
        <Icon name={PHONES.test(name) ? "phone" : "laptop"} large />
      </span>
      <div>
        <div className="row-name">
          {name} {current && <span className="badge">{words.here}</span>}
        </div>
        <div className="row-more dot-list">
          <span>
            <time dateTime={lastUsedAt} title={full(lastUsedAt)}>
              {current ? words.now : ago(lastUsedAt)}
            </time>
          </span>
          {ip && <span>{ip}</span>}
          <span>{words.since(day(createdAt))}</span>
        </div>
      </div>
      {!current && (
        <button
          className="button button--quiet button--small"
          type="button"
          data-device={id}
          aria-label={words.logOutOf(name)}
          onClick={onAsk}
        >
          {words.logOut}
        </button>
      )}
    </li>
  );
}
