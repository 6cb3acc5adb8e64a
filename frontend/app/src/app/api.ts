import type { AuthflowError, Devices, Page, SecurityEvents } from "@authflow/client";
import { createApi, fakeBaseQuery } from "@reduxjs/toolkit/query/react";
import { authflow } from "./authflow.ts";

/** A plain object, as the store wants it. */
export type Failure = Pick<AuthflowError, "code" | "message"> & { retryAfter?: number | undefined };

type Answer<T> = { data: T } | { error: Failure };

async function run<T>(call: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { data: await call() };
  } catch (error) {
    const { code = "unreachable", message, retryAfter } = error as AuthflowError;
    return { error: { code, message, retryAfter } };
  }
}

const from = (cursor: string | null): Page => (cursor ? { cursor } : {});
const pages = {
  initialPageParam: null,
  getNextPageParam: (last: { nextCursor: string | null }) => last.nextCursor ?? undefined,
};

/** The two lists of the one who is logged in. Emptied by the store when that is somebody else, or nobody. */
export const api = createApi({
  reducerPath: "api",
  baseQuery: fakeBaseQuery<Failure>(),
  tagTypes: ["devices", "events"],
  refetchOnMountOrArgChange: true,
  endpoints: (build) => ({
    devices: build.infiniteQuery<Devices, void, string | null>({
      infiniteQueryOptions: pages,
      queryFn: ({ pageParam }, { signal }) => run(() => authflow.listDevices(from(pageParam), signal)),
      providesTags: ["devices"],
    }),
    events: build.infiniteQuery<SecurityEvents, void, string | null>({
      infiniteQueryOptions: pages,
      queryFn: ({ pageParam }, { signal }) =>
        run(() => authflow.listEvents({ ...from(pageParam), limit: 20 }, signal)),
      providesTags: ["events"],
    }),
    logOutDevice: build.mutation<null, string>({
      queryFn: (id) => run<null>(() => authflow.logOutDevice(id).then(() => null)),
      invalidatesTags: ["devices", "events"],
    }),
  }),
});

export const { useDevicesInfiniteQuery, useEventsInfiniteQuery, useLogOutDeviceMutation } = api;
