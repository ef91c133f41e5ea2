/* A driver's shift: its start and end, breaks, and where the van is while it lasts. */
import { $, $$, call, data, newKey } from "./api.js";

const OFFERED = { none: ["shift_started"], on: ["break_started", "shift_ended"], break: ["break_ended"], over: ["shift_started"] };
const AFTER = { shift_started: "on", shift_ended: "over", break_started: "break", break_ended: "on" };
const EVERY = 60_000;
const box = $("#shift");
let watch = null, sent = 0;

function show(state) {
  box.dataset.shift = state;
  for (const button of $$("[data-shift-event]", box)) button.hidden = !OFFERED[state].includes(button.dataset.shiftEvent);
  $("#shift-over").hidden = state !== "over";
  $("#shift-privacy").hidden = state === "over";
  follow(state === "on");
}

/* Nobody is followed in a break or after the shift. */
function follow(on) {
  if (!navigator.geolocation) return;
  if (on && watch === null) watch = navigator.geolocation.watchPosition(post, () => {}, { enableHighAccuracy: true, maximumAge: 30_000 });
  if (!on && watch !== null) {
    navigator.geolocation.clearWatch(watch);
    watch = null;
  }
}

/* A position that cannot be sent now is worth nothing later: it is not kept. */
function post({ coords, timestamp }) {
  if (Date.now() - sent < EVERY) return;
  sent = Date.now();
  const body = { type: "position", at: new Date(timestamp).toISOString(), position: { lon: coords.longitude, lat: coords.latitude } };
  call("POST", `/v1/routes/${data.route}/events`, { token: data.token, key: newKey(), body }).catch(() => {});
}

/* `queue` keeps what is told until it is sent; `unsent` are entries that still wait. */
export function onShift(queue, unsent) {
  const last = unsent.map((entry) => AFTER[entry.body.type]).filter(Boolean).pop();
  show(last || box.dataset.shift);
  box.addEventListener("click", (event) => {
    const type = event.target.closest("[data-shift-event]")?.dataset.shiftEvent;
    if (!type) return;
    queue({ type, at: new Date().toISOString() });
    show(AFTER[type]);
  });
}
