import { useEffect } from "react";
import { useLocation } from "react-router";
import { ChangeEmail } from "../account/ChangeEmail.tsx";
import { ChangePassword } from "../account/ChangePassword.tsx";
import { DeleteAccount } from "../account/DeleteAccount.tsx";
import { Rename } from "../account/Rename.tsx";
import { useUser } from "../app/Inside.tsx";
import { nameSection } from "../app/paths.ts";
import { Page } from "../parts/Page.tsx";
import { texts } from "../texts/texts.ts";

export default function Account() {
  const user = useUser();
  const { hash } = useLocation();
  useEffect(() => {
    if (hash === `#${nameSection}`) document.querySelector<HTMLElement>(`${hash} input`)?.focus();
  }, [hash]);
  return (
    <Page title={texts.account.title}>
      <div className="sections">
        <Rename user={user} />
        <ChangeEmail user={user} />
        <ChangePassword user={user} />
        <DeleteAccount user={user} />
      </div>
    </Page>
  );
}
