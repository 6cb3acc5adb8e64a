import { Link } from "react-router";
import { paths } from "../app/paths.ts";
import { texts } from "../texts/texts.ts";

export function Brand() {
  return (
    <Link className="brand" to={paths.home}>
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect className="mark-ground" width="32" height="32" rx="9" />
        <path className="mark-line" d="M0 16h14" />
        <circle className="mark-ring" cx="19.5" cy="16" r="6" />
      </svg>
      {texts.service}
    </Link>
  );
}
