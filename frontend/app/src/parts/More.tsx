import { texts } from "../texts/texts.ts";

type Props = {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; isError: boolean; fetchNextPage: () => unknown };
  words: string;
  busyWords: string;
};

/** The next page of a list, when somebody asks for it. */
export function More({ list, words, busyWords }: Props) {
  const { hasNextPage, isFetchingNextPage: busy, isError, fetchNextPage } = list;
  if (!hasNextPage) return null;
  return (
    <div className="more">
      <button
        className="button button--quiet button--small"
        type="button"
        aria-disabled={busy}
        onClick={() => !busy && fetchNextPage()}
      >
        {busy ? busyWords : words}
      </button>
      <p className="small soft" role="status">
        {isError && !busy && texts.notices.notDone}
      </p>
    </div>
  );
}
