/* Server-sent events for as long as a page is open. A browser that loses its connection comes back by itself; one that
   was answered with a refusal never does: a session that has ended, or more open pages than there may be. */
const AGAIN = 10_000;

export function follow(path, handlers, { lost = () => {}, token = "" } = {}) {
  const events = new EventSource(`${path}/stream${token && `?token=${encodeURIComponent(token)}`}`);
  for (const [type, handler] of Object.entries(handlers)) events.addEventListener(type, handler);
  events.addEventListener("error", async () => {
    lost();
    if (events.readyState !== EventSource.CLOSED) return;
    // Why is not told to scripts, but by what can be read once.
    const answer = await fetch(path, { headers: token ? { Authorization: `Bearer ${token}` } : {} }).catch(() => null);
    if (answer?.status === 401) location.reload();
    else setTimeout(() => follow(path, handlers, { lost, token }), AGAIN * (1 + Math.random()));
  });
}
