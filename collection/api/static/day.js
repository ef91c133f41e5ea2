/* A dispatcher's day: plan, publish, and states as they come in from the road. */
import { $, $$, call, data, element, newKey, say } from "./api.js";
import "./staff.js";
import { follow } from "./stream.js";

const problemBox = $("#problem"), map = $("#map");
const GOOD = new Set(["collected", "received"]), BUSY = new Set(["arrived", "en_route"]), BAD = new Set(["failed", "refused"]);
const PHASES = { snapshot: "Taking stock", matrix: "Measuring the streets", solve: "Planning the routes", check: "Checking every promise", paths: "Drawing the routes", save: "Saving", done: "Done" };

const tell = (message) => map?.contentWindow?.postMessage(message, location.origin);
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

function complain(problem) {
  say(problemBox, problem.status ? problem.message : "No connection. Please try again.");
  if (problem.status === 401) location.reload();
}

async function planned(job) {
  const bar = $("#job progress"), text = $("#job-text");
  $("#job").hidden = false;
  for (;;) {
    if (job.status === "failed") throw Object.assign(new Error(job.error || "Planning failed."), { status: 500 });
    if (job.status === "finished") return job.plan_id;
    const phase = job.progress?.phase;
    if (phase === "solve") bar.value = job.progress.done; else bar.removeAttribute("value");
    text.textContent = job.status === "queued" ? "Waiting for a worker" : [PHASES[phase] || "Starting", job.progress?.text].filter(Boolean).join(": ");
    await pause(700);
    job = await call("GET", `/v1/jobs/${job.id}`);
  }
}

$("#plan-now").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  button.disabled = true;
  say(problemBox, "");
  try {
    const job = await call("POST", "/v1/plans", { key: newKey(), body: { territory: data.territory, date: data.date } });
    const plan = await planned(job);
    location.assign(`${location.pathname}?plan=${encodeURIComponent(plan)}`);
  } catch (problem) {
    $("#job").hidden = true;
    button.disabled = false;
    complain(problem);
  }
});

$("#publish")?.addEventListener("click", async (event) => {
  const button = event.currentTarget;
  button.disabled = true;
  say(problemBox, "");
  try {
    await call("POST", `/v1/plans/${button.dataset.plan}/publish`, { key: newKey() });
    location.reload();
  } catch (problem) {
    button.disabled = false;
    complain(problem);
  }
});

for (const route of $$(".route")) {
  route.addEventListener("toggle", () => {
    if (route.open) {
      for (const other of $$(".route[open]")) if (other !== route) other.open = false;
      tell({ select: route.dataset.route });
    } else if (!$(".route[open]")) tell({ select: null });
  });
}
window.addEventListener("message", (message) => {
  if (message.origin !== location.origin || message.source !== map?.contentWindow) return;
  for (const route of $$(".route")) route.open = route.dataset.route === message.data.route;
});

for (const button of $$(".copy")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy).catch(() => {});
    button.textContent = "Copied";
  });
}

function mark(request, state) {
  for (const row of $$("tr[data-request]")) {
    if (row.dataset.request !== request) continue;
    const chip = $("[data-state]", row);
    if (!chip) continue;
    chip.dataset.state = state;
    chip.textContent = state.replaceAll("_", " ");
    chip.className = `chip ${GOOD.has(state) ? "good" : BAD.has(state) ? "bad" : BUSY.has(state) ? "warn" : ""}`;
    const route = row.closest(".route"), finished = new Set(data.finished);
    $("[data-done]", route).textContent = $$("[data-state]", route).filter((each) => finished.has(each.dataset.state)).length;
  }
}

/* The day as it happens. Whatever is late says so in words and with a mark, not in red alone. */
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: data.zone });
const at = (instant) => clock.format(new Date(instant));
const rows = new Map($$("tr[data-request]").map((row) => [row.dataset.request, row]));
const STANDS = { waiting: "not out yet", out: "out", done: "back", broken: "out of service" };

function showStop(stop) {
  mark(stop.request_id, stop.state);
  const eta = rows.get(stop.request_id) && $("[data-eta]", rows.get(stop.request_id));
  if (!eta) return;
  const late = Math.ceil(stop.lateness_seconds / 60), over = new Set(data.finished).has(stop.state);
  const words = [stop.arrived_at ? `there ${at(stop.arrived_at)}` : over ? "" : `expected ${at(stop.eta_at)} (${at(stop.earliest_at)}–${at(stop.latest_at)})`];
  if (late > 0 && stop.state !== "cancelled" && stop.state !== "rescheduled") words.push(`▲ ${late} min late`);
  eta.textContent = words.filter(Boolean).join(" ");
  eta.classList.toggle("late", late > 0);
  eta.hidden = !eta.textContent;
}

function showRoute(route) {
  const live = $(`[data-route="${CSS.escape(route.vehicle_id)}"] [data-live]`);
  if (!live) return;
  const words = [route.on_break ? "on a break" : STANDS[route.state] || route.state];
  if (route.state === "out" || route.state === "waiting") words.push(`back ${at(route.end_at)}`);
  if (route.last_event_at) words.push(`heard ${at(route.last_event_at)}`);
  live.textContent = words.join(" · ");
  live.hidden = false;
  const seen = $(`[data-route="${CSS.escape(route.vehicle_id)}"] [data-seen]`);
  if (seen && route.acknowledged_at) { seen.textContent = "seen"; seen.className = "chip good"; }
}

function showAlerts(alerts) {
  const list = $("#alerts");
  list.replaceChildren(...alerts.map((alert) => {
    const row = alert.request_id && rows.get(alert.request_id);
    const who = row ? row.cells[1].firstChild.textContent.trim() : "";
    const van = alert.vehicle_id ? $(`[data-route="${CSS.escape(alert.vehicle_id)}"] strong`)?.textContent || alert.vehicle_id : "";
    return element("li", { className: alert.severity, id: `alert-${alert.id}` },
      element("b", { textContent: alert.severity === "urgent" ? "▲ Urgent" : "● Warning" }), " ",
      element("span", { textContent: [[van, who].filter(Boolean).join(", "), alert.text].filter(Boolean).join(": ") }));
  }));
  $("#no-alerts").hidden = alerts.length > 0;
}

function show(event) {
  const day = JSON.parse(event.data);
  if (day.plan_id !== data.plan) {
    say($("#live-now"), "Another version was published. Reload this page.");
    return;
  }
  for (const stop of day.stops) showStop(stop);
  for (const route of day.routes) showRoute(route);
  showAlerts(day.alerts);
  tell({ states: Object.fromEntries(day.stops.map((stop) => [stop.request_id, stop.state])) });
  say($("#live-now"), `As of ${at(day.now)}`);
}

if ($("#live")) {
  const path = `/v1/territories/${encodeURIComponent(data.territory)}/days/${data.date}/progress`;
  follow(path, { day: show, change: show }, { lost: () => say($("#live-now"), "Connection lost. Trying again…") });
}
