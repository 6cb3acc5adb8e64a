/** Drawn on a grid of 16, with round ends. */
const paths = {
  alert: ["M14.25 8A6.25 6.25 0 1 1 1.75 8a6.25 6.25 0 0 1 12.5 0", "M8 4.75v3.75M8 11.1v.15"],
  info: ["M14.25 8A6.25 6.25 0 1 1 1.75 8a6.25 6.25 0 0 1 12.5 0", "M8 11.25V7.5M8 4.9v-.15"],
  tick: ["M14.25 8A6.25 6.25 0 1 1 1.75 8a6.25 6.25 0 0 1 12.5 0", "m5.25 8.25 2 2 3.5-4.25"],
  clock: ["M14.25 8A6.25 6.25 0 1 1 1.75 8a6.25 6.25 0 0 1 12.5 0", "M8 4.5V8l2.5 1.5"],
  close: ["m4 4 8 8M12 4l-8 8"],
  down: ["m4 6.25 4 4 4-4"],
  right: ["M3 8h10M9 4l4 4-4 4"],
  left: ["M13 8H3M7 4 3 8l4 4"],
  caps: ["M8 2.25 13.25 8H10.5v2.75h-5V8H2.75zM5.5 13.5h5"],
  laptop: [
    "M4.25 3h7.5c.69 0 1.25.56 1.25 1.25V9c0 .69-.56 1.25-1.25 1.25h-7.5C3.56 10.25 3 9.69 3 9V4.25C3 3.56 3.56 3 4.25 3z",
    "M1.5 12.75h13",
  ],
  phone: [
    "M6 1.75h4c.83 0 1.5.67 1.5 1.5v9.5c0 .83-.67 1.5-1.5 1.5H6c-.83 0-1.5-.67-1.5-1.5v-9.5c0-.83.67-1.5 1.5-1.5z",
    "M7.25 11.75h1.5",
  ],
  person: [
    "M10.75 5.25a2.75 2.75 0 1 1-5.5 0 2.75 2.75 0 0 1 5.5 0",
    "M2.75 13.75c.5-2.75 2.5-4.25 5.25-4.25s4.75 1.5 5.25 4.25",
  ],
  leave: ["M6.25 13.25H4a1.5 1.5 0 0 1-1.5-1.5v-7.5A1.5 1.5 0 0 1 4 2.75h2.25M10.5 11l3-3-3-3M13.25 8H6.5"],
};

/** Never stands alone, but for `close`, whose button has a name. */
export function Icon({ name, large = false }: { name: keyof typeof paths; large?: boolean }) {
  return (
    <svg className={large ? "icon icon--large" : "icon"} viewBox="0 0 16 16" aria-hidden="true">
      {paths[name].map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}
