import { Component, type ReactNode } from "react";
import { texts } from "../texts/texts.ts";
import { Sheet } from "./Sheet.tsx";

/** Instead of an empty window, when a page could not be loaded or drawn. */
export class Broken extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    const { title, lead, reload } = texts.broken;
    return (
      <Sheet title={title} lead={lead} line="broken">
        <div className="body actions">
          <button className="button" type="button" onClick={() => location.reload()}>
            {reload}
          </button>
        </div>
      </Sheet>
    );
  }
}
