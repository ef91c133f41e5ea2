/* A driver's route. What is tapped counts at once; it is sent as soon as there is a network. */
import { $, $$, call, data, fill, newKey, say, words } from "./api.js";
import { answered, atTheDoor } from "./door.js";
import { onShift } from "./shift.js";

/* Of the van, not of a version of its route: what was told of an older one is not lost. */
const QUEUE = `collection.queue.${data.van}`;
const FINISHED = new Set(data.finished);
const TONES = { collected: "good", received: "good", failed: "bad", refused: "bad", arrived: "warn", en_route: "warn" };
const map = $("#map");
let sending = false;

const read = () => { try { return JSON.parse(localStorage.getItem(QUEUE)) || []; } catch { return []; } };
const write = (queue) => localStorage.setItem(QUEUE, JSON.stringify(queue));

function setState(item, state) {
  item.dataset.state = state;
  const label = $("[data-label]", item);
  label.textContent = data.states[state];
  label.className = `chip ${TONES[state] || ""}`;
}

/* The first unfinished stop is the next one; everything has its place by that alone. */
function arrange() {
  const items = $$("li[data-request]").sort((a, b) => a.dataset.number - b.dataset.number);
  let next = null;
  for (const item of items) {
    const finished = FINISHED.has(item.dataset.state);
    if (!finished && !next) next = item;
    const target = finished ? "done" : item === next ? "next" : "later";
    const list = document.getElementById(target);
    if (item.parentElement !== list || target === "done") $("details", item).open = target === "next";
    list.append(item);
    $('[data-action="arrived"]', item).disabled = item.dataset.state === "arrived";
  }
  const done = items.filter((item) => FINISHED.has(item.dataset.state)).length;
  $("#progress").textContent = fill(words.progress, { done, total: items.length });
  $("#bar").setAttribute("width", items.length ? (100 * done) / items.length : 0);
  $("#all-done").hidden = Boolean(next);
  for (const part of ["later", "done"]) document.getElementById(`${part}-section`).hidden = !document.getElementById(part).children.length;
  const states = Object.fromEntries(items.map((item) => [item.dataset.request, item.dataset.state]));
  map.contentWindow?.postMessage({ states }, location.origin);
}

function waiting() {
  const count = read().length;
  say($("#waiting"), count ? fill(count === 1 ? words.waiting_one : words.waiting, { count }) : "");
}

async function send() {
  if (sending) return;
  sending = true;
  try {
    for (let queue = read(); queue.length; queue = read()) {
      const { key, body, route = data.route, path = "events" } = queue[0];
      let refused = null;
      try {
        const answer = await call("POST", `/v1/routes/${route}/${path}`, { token: data.token, key, body });
        if (path === "scans") scanned(answer);
      } catch (problem) {
        // No network, or the server asks for patience: the entry stays. So it does where the
        // link has expired, for it must not be lost.
        if (!problem.status || problem.retry || problem.status >= 500) break;
        say($("#problem"), problem.message);
        if (problem.status === 401 || problem.status === 403) break;
        refused = problem;
      }
      write(read().filter((entry) => entry.key !== key));
      if (refused) await refresh();
    }
  } finally {
    sending = false;
    waiting();
  }
}

function tell(item, type, extra = {}) {
  const body = { type, at: new Date().toISOString(), request_id: item.dataset.request, ...extra };
  write([...read(), { key: newKey(), body, route: data.route }]);
  say($("#problem"), "");
  setState(item, type);
  arrange();
  waiting();
  send();
}

/* A device at the door; the server may end the stop over it. */
function scanned(answer) {
  answered(answer);
  const item = $$("li[data-request]").find((each) => each.dataset.request === answer.request_id);
  if (item && FINISHED.has(answer.status)) { setState(item, answer.status); arrange(); }
}

async function refresh() {
  let answer;
  try { answer = await call("GET", `/driver/${data.token}/state`); } catch { return; }
  say($("#stale"), answer.standing === "current" ? "" : words[answer.standing]);
  /* A newer version: show it, but not under the fingers of somebody who writes. */
  if ((answer.route !== data.route || answer.standing !== data.standing) && !$("dialog[open]")) { location.reload(); return; }
  const unsent = new Set(read().map((entry) => entry.body.request_id));
  for (const item of $$("li[data-request]")) {
    const state = answer.states[item.dataset.request] || "rescheduled";
    if (!unsent.has(item.dataset.request) && state !== item.dataset.state) setState(item, state);
  }
  arrange();
}

const why = $("#why");
let asked = null;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (!button) return;
  const item = button.closest("li");
  if (button.dataset.action === "failed") {
    asked = item;
    $("#why-form").reset();
    why.showModal();
  } else {
    tell(item, button.dataset.action);
    if (button.dataset.action !== "arrived") window.scrollTo({ top: 0, behavior: "smooth" });
  }
});
$("#why-close").addEventListener("click", () => why.close());
$("#why-form").addEventListener("change", (event) => {
  if (event.target.name === "code") $("#why-text").required = event.target.value === "other";
});
$("#why-form").addEventListener("submit", () => {
  const form = new FormData($("#why-form"));
  tell(asked, "failed", { code: form.get("code"), text: form.get("text").trim() });
  window.scrollTo({ top: 0, behavior: "smooth" });
});

for (const { body, path } of read()) {
  if (path) continue;
  const item = $$("li[data-request]").find((each) => each.dataset.request === body.request_id);
  if (item) setState(item, body.type);
}
atTheDoor((body) => {
  write([...read(), { key: newKey(), body, path: "scans", route: data.route }]);
  say($("#problem"), "");
  waiting();
  send();
});
onShift((body) => {
  write([...read(), { key: newKey(), body, route: data.route }]);
  waiting();
  send();
}, read());
function acknowledge() {
  const body = { type: "acknowledged", at: new Date().toISOString() };
  write([...read(), { key: newKey(), body, route: data.route }]);
  send();
}

$("#understood")?.addEventListener("click", () => { $("#news").hidden = true; acknowledge(); });
if (data.acknowledge) acknowledge();
map.addEventListener("load", arrange);
window.addEventListener("online", send);
setInterval(send, 10_000);
setInterval(refresh, 30_000);
arrange();
waiting();
send();
