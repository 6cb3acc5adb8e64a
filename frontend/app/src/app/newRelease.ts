const KEY = "authflow.reloaded";
const RECENT = 60_000;

/** After a new deployment a page may ask for a file that is gone: it is loaded anew, once. */
export function followReleases(): void {
  addEventListener("vite:preloadError", (event) => {
    // Without a connection a reload would leave nothing of the page.
    if (!navigator.onLine || hasReloaded()) return;
    event.preventDefault();
    location.reload();
  });
}

function hasReloaded(): boolean {
  try {
    const before = Number(sessionStorage.getItem(KEY));
    sessionStorage.setItem(KEY, String(Date.now()));
    return Date.now() - before < RECENT;
  } catch {
    // Nothing could stop it from reloading for ever.
    return true;
  }
}
