import type { Device, Devices, User } from "@authflow/client";
import { Link } from "react-router";
import { useDevicesInfiniteQuery, useEventsInfiniteQuery } from "../app/api.ts";
import { useUser } from "../app/Inside.tsx";
import { nameSection, paths } from "../app/paths.ts";
import { Happened } from "../parts/Happened.tsx";
import { Icon } from "../parts/Icon.tsx";
import { Loading } from "../parts/Loading.tsx";
import { Page } from "../parts/Page.tsx";
import { Words } from "../parts/Words.tsx";
import { texts } from "../texts/texts.ts";
import { day, dayAndYear } from "../texts/times.ts";

const { overview } = texts;
const LATELY = 5;

export default function Overview() {
  const user = useUser();
  const events = useEventsInfiniteQuery();
  const devices = useDevicesInfiniteQuery().data?.pages[0];
  const here = devices?.sessions.find(({ current }) => current);
  const lately = events.data?.pages[0]?.events.slice(0, LATELY);
  return (
    <Page title={overview.welcome(user.username)} name={overview.title} lead={<Since here={here} />}>
      <div className="columns">
        <section className="card" aria-labelledby="lately">
          <div className="card-head">
            <h2 id="lately">{overview.lately}</h2>
            <Link className="go small" to={paths.events}>
              {overview.all}
              <Icon name="right" />
            </Link>
          </div>
          {lately ? (
            <Happened events={lately} here={here?.id} />
          ) : (
            <Loading error={events.error} onRetry={events.refetch} />
          )}
        </section>
        <Facts user={user} devices={devices} />
      </div>
    </Page>
  );
}

/** Its room is held while it is on its way. */
function Since({ here }: { here: Device | undefined }) {
  if (!here) return "\u00a0";
  return <Words text={overview.since} parts={[here.device, day(here.createdAt)]} />;
}

function Facts({ user, devices }: { user: User; devices: Devices | undefined }) {
  return (
    <section className="card" aria-labelledby="you">
      <div className="card-head">
        <h2 id="you">{overview.yours}</h2>
      </div>
      <dl className="facts">
        <div>
          <dt>{overview.name}</dt>
          <dd>{user.username}</dd>
          <dd className="act">
            <Link to={`${paths.account}#${nameSection}`}>{overview.change}</Link>
          </dd>
        </div>
        <div>
          <dt>{overview.email}</dt>
          <dd>{user.email}</dd>
          <dd className="act act--above">
            <Confirmed isConfirmed={user.emailVerified} />
          </dd>
        </div>
        <div>
          <dt>{overview.devices}</dt>
          <dd>{devices ? overview.logged(devices.sessions.length, Boolean(devices.nextCursor)) : "\u00a0"}</dd>
          <dd className="act">
            <Link to={paths.devices}>{overview.see}</Link>
          </dd>
        </div>
        <div>
          <dt>{overview.member}</dt>
          <dd>
            <time dateTime={user.createdAt}>{dayAndYear(user.createdAt)}</time>
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Confirmed({ isConfirmed }: { isConfirmed: boolean }) {
  if (!isConfirmed) return <span className="state">{overview.notConfirmed}</span>;
  return (
    <span className="state state--ok">
      <Icon name="tick" />
      {overview.confirmed}
    </span>
  );
}
