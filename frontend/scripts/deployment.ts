/** What must not be put in front of people: found when Vercel builds (`VERCEL=1`), before it is there. */
export type Environment = Record<string, string | undefined>;

const OWN = "this page's own origin, by the rewrite of vercel.json";

export function whichApi({ VITE_API_URL: url }: Environment): string {
  return url || OWN;
}

/** Why this build must not go out; nothing, if it may. */
export function refusals({ VERCEL, VITE_API_URL: url }: Environment, vercelJson: string): string[] {
  if (!VERCEL) return [];
  if (!url) {
    const isPlaceholder = /YOUR-API/i.test(vercelJson);
    return isPlaceholder ? ["vercel.json still says YOUR-API: write the host of your API there."] : [];
  }
  const { protocol, hostname } = parse(url);
  const found = [];
  if (protocol !== "https:")
    found.push("VITE_API_URL must begin with https://: browsers send no cookie otherwise.");
  if (/^(localhost|127\..*|\[::1\]|.*\.localhost)$/.test(hostname))
    found.push("VITE_API_URL is this machine: nobody else reaches it.");
  return found;
}

function parse(url: string): { protocol: string; hostname: string } {
  try {
    return new URL(url);
  } catch {
    return { protocol: "", hostname: "" };
  }
}
