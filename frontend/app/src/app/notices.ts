import { createSlice, type PayloadAction } from "@reduxjs/toolkit";

export type Notice = { kind: "ok" | "problem" | "info"; text: string };
/** The latest; it stays over one change of page, or until it is dismissed. */
type State = { notice: (Notice & { moved: boolean }) | null };

const notices = createSlice({
  name: "notices",
  initialState: { notice: null } as State,
  reducers: {
    said: (state, { payload }: PayloadAction<Notice>) => {
      state.notice = { ...payload, moved: false };
    },
    dismissed: (state) => {
      state.notice = null;
    },
    moved: (state) => {
      if (state.notice?.moved) state.notice = null;
      else if (state.notice) state.notice.moved = true;
    },
  },
});

export const { said, dismissed, moved } = notices.actions;
export default notices.reducer;
