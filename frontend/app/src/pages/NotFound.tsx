import { useSession } from "@authflow/client/react";
import { Link } from "react-router";
import { paths } from "../app/paths.ts";
import { Sheet } from "../parts/Sheet.tsx";
import { texts } from "../texts/texts.ts";

const { notFound } = texts;

export default function NotFound() {
  const { status } = useSession();
  return (
    <Sheet title={notFound.title} lead={notFound.lead} line="off">
      <div className="body actions">
        <Link className="button" to={paths.overview}>
          {notFound.overview}
        </Link>
        {status === "signedOut" && (
          <Link className="button button--quiet" to={paths.logIn}>
            {notFound.logIn}
          </Link>
        )}
      </div>
    </Sheet>
  );
}
