import type { Device } from "@authflow/client";
import { useRef, useState } from "react";
import { useDevicesInfiniteQuery, useLogOutDeviceMutation } from "../app/api.ts";
import { say } from "../app/store.ts";
import { DeviceRow } from "../devices/DeviceRow.tsx";
import { Everywhere } from "../devices/Everywhere.tsx";
import { Question } from "../devices/Question.tsx";
import { Loading } from "../parts/Loading.tsx";
import { More } from "../parts/More.tsx";
import { Page } from "../parts/Page.tsx";
import { Words } from "../parts/Words.tsx";
import { texts } from "../texts/texts.ts";
import { ago } from "../texts/times.ts";

const { devices: words } = texts;

export default function Devices() {
  const list = useDevicesInfiniteQuery();
  const devices = list.data?.pages.flatMap((page) => page.sessions);
  return (
    <Page title={words.title} lead={words.lead}>
      <div className="card">
        {devices ? <Rows devices={devices} /> : <Loading error={list.error} onRetry={list.refetch} />}
        <More list={list} words={words.more} busyWords={words.loading} />
        {devices && <Everywhere />}
      </div>
    </Page>
  );
}

/** One's own first. */
const ownFirst = (one: Device, other: Device) => Number(other.current) - Number(one.current);

function Rows({ devices }: { devices: Device[] }) {
  const [asked, setAsked] = useState<Device>();
  const [logOut, { isLoading }] = useLogOutDeviceMutation();
  const rows = useRef<HTMLUListElement>(null);

  async function press(device: Device): Promise<void> {
    const next = neighbour(rows.current, device.id);
    const { error } = await logOut(device.id);
    setAsked(undefined);
    if (error) return say("problem", texts.notices.notDone);
    say("ok", texts.notices.deviceGone(device.device));
    // The row goes, and focus would go with it.
    requestAnimationFrame(() => next?.focus());
  }

  return (
    <>
      <ul className="rows" ref={rows}>
        {[...devices].sort(ownFirst).map((device) => (
          <DeviceRow key={device.id} device={device} onAsk={() => setAsked(device)} />
        ))}
      </ul>
      {asked && (
        <Question
          title={words.ask(asked.device)}
          more={<Words text={words.askMore} parts={[ago(asked.lastUsedAt)]} />}
          keep={words.keep}
          deed={words.logOut}
          busy={isLoading}
          onKeep={() => setAsked(undefined)}
          onDeed={() => press(asked)}
        />
      )}
    </>
  );
}

/** What has focus when the row is gone: the button of the next one, or of the one before, or the heading. */
function neighbour(rows: HTMLUListElement | null, id: string): HTMLElement | null {
  const buttons = [...(rows?.querySelectorAll<HTMLElement>("button[data-device]") ?? [])];
  const at = buttons.findIndex(({ dataset }) => dataset.device === id);
  return buttons[at + 1] ?? buttons[at - 1] ?? document.querySelector("h1");
}
