/* A dispatcher's day: plan, publish, and states as they come in from the road. */
import { $, $$, call, data, newKey, say } from "./api.js";
import "./staff.js";

const problemBox = $("#problem"), map = $("#map");
const GOOD = new Set(["collected", "received"]), BUSY = new Set(["arrived", "en_route"]), BAD = new Set(["failed", "refused"]);
const PHASES = { snapshot: "Taking stock", matrix: "Measuring the streets", solve: "Planning the routes", check: "Checking every promise", paths: "Drawing the routes", save: "Saving", done: "Done" };

const tell = (message) => map?.contentWindow?.postMessage(message, location.origin);
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

function complain(problem) {
  say(problemBox, problem.status ? problem.message : "No connection. Please try again.");
  if (problem.status === 401) location.reload();
}

async function follow(job) {
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
    const plan = await follow(job);
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
  tell({ states: { [request]: state } });
}

const events = new EventSource(`/v1/events?territory=${encodeURIComponent(data.territory)}&date=${data.date}`);
for (const type of ["en_route", "arrived", "collected", "failed", "cancelled", "rescheduled"]) {
  events.addEventListener(type, (event) => {
    const content = JSON.parse(event.data);
    if (content.request_id) mark(content.request_id, type);
  });
}
events.addEventListener("acknowledged", (event) => {
  const { route_id: route } = JSON.parse(event.data);
  const card = $$(".route").find((each) => route === `${data.plan}.${each.dataset.route}`);
  const chip = card && $("[data-seen]", card);
  if (chip) { chip.textContent = "seen"; chip.className = "chip good"; }
});
