import { Link } from "react-router";
import { paths } from "../app/paths.ts";
import { texts } from "../texts/texts.ts";

export function Foot({ wide = false }: { wide?: boolean }) {
  return (
    <footer className={wide ? "foot foot--app" : "foot"}>
      <p>{texts.foot.said}</p>
      <ul>
        <li>
          <Link to={paths.home}>{texts.foot.about}</Link>
        </li>
        <li>
          <a href={paths.api}>{texts.foot.api}</a>
        </li>
      </ul>
    </footer>
  );
}
