import { useDevicesInfiniteQuery, useEventsInfiniteQuery } from "../app/api.ts";
import { Happened } from "../parts/Happened.tsx";
import { Loading } from "../parts/Loading.tsx";
import { More } from "../parts/More.tsx";
import { Page } from "../parts/Page.tsx";
import { texts } from "../texts/texts.ts";

const { activity } = texts;

export default function Activity() {
  const list = useEventsInfiniteQuery();
  const devices = useDevicesInfiniteQuery();
  const here = devices.data?.pages[0]?.sessions.find(({ current }) => current)?.id;
  const events = list.data?.pages.flatMap((page) => page.events);
  return (
    <Page title={activity.title} lead={activity.lead}>
      <div className="card">
        {events ? (
          <Happened events={events} here={here} wide />
        ) : (
          <Loading error={list.error} onRetry={list.refetch} />
        )}
        <More list={list} words={activity.older} busyWords={activity.loading} />
      </div>
    </Page>
  );
}
