import { useState } from "react";
import { Link } from "react-router";
import { useMailedToken } from "../app/mailed.ts";
import { paths } from "../app/paths.ts";
import { forgetPending, readPending } from "../app/pending.ts";
import { Sheet } from "../parts/Sheet.tsx";
import { texts } from "../texts/texts.ts";
import { ByCode } from "../verify/ByCode.tsx";
import { ByLink } from "../verify/ByLink.tsx";
import { ByPassword } from "../verify/ByPassword.tsx";

/** An address is proved by the mail's code or link, and by what shows who signed up: this browser, or the password. */
export default function VerifyEmail() {
  const token = useMailedToken(paths.verify);
  const [pending, setPending] = useState(readPending);
  const [asksPassword, setAsksPassword] = useState(false);
  if (!token) return pending ? <ByCode pending={pending} /> : <Unknown />;
  if (asksPassword) return <ByPassword token={token} />;
  return (
    <ByLink
      token={token}
      pending={pending}
      onForget={() => {
        forgetPending();
        setPending(undefined);
        setAsksPassword(true);
      }}
      onAskPassword={() => setAsksPassword(true)}
    />
  );
}

function Unknown() {
  const { unknownTitle, unknown, register, logIn } = texts.verify;
  return (
    <Sheet title={unknownTitle} lead={unknown} line="off">
      <div className="body actions">
        <Link className="button" to={paths.register}>
          {register}
        </Link>
        <Link className="button button--quiet" to={paths.logIn}>
          {logIn}
        </Link>
      </div>
    </Sheet>
  );
}
