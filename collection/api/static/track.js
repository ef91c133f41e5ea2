/* Following a pickup: cancel it, or move it to another slot. */
import { $, $$, call, data, fill, newKey, say, words } from "./api.js";
import { chosenSlot, complain, showSlots } from "./slots.js";
import { follow } from "./stream.js";

const problemBox = $("#problem"), slots = $("#slots");
const path = `/v1/pickup-requests/${data.request}`;
const key = { cancel: newKey(), move: newKey() };

function show(part) {
  for (const id of ["choices", "confirm", "mover"]) document.getElementById(id).hidden = id !== part;
  say(problemBox, "");
}

const offer = (options = {}) => showSlots(slots, { request: data.request }, { token: data.token, ...options });

async function change(work) {
  try {
    await work();
  } catch (problem) {
    say(problemBox, problem.status ? problem.message : words.offline);
    if (problem.kind === "slot-unavailable") {
      say(problemBox, words.slot_taken);
      key.move = newKey();
      offer();
    }
  }
}

$("#cancel")?.addEventListener("click", () => { show("confirm"); $("#cancel-no").focus(); });
$("#cancel-no")?.addEventListener("click", () => show("choices"));
$("#move-no")?.addEventListener("click", () => show("choices"));
$("#cancel-yes")?.addEventListener("click", () => change(async () => {
  await call("POST", `${path}/cancel`, { token: data.token, key: key.cancel });
  location.replace(location.pathname);
}));
$("#reschedule")?.addEventListener("click", () => {
  show("mover");
  offer({ onChoose: () => { complain(""); key.move = newKey(); } });
});
$("#mover")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const slot = chosenSlot(slots);
  if (!slot) { complain(words.choose_slot); return; }
  change(async () => {
    await call("POST", `${path}/reschedule`, { token: data.token, key: key.move, body: { slot_id: slot } });
    location.replace(`${location.pathname}?moved`);
  });
});

/* When the van comes: the range narrows by itself, and the van is told of once no other stop comes before. */
const clock = new Intl.DateTimeFormat(data.locale, { hour: "2-digit", minute: "2-digit", timeZone: data.zone });
const at = (instant) => clock.format(new Date(instant));
let state = "";

function showProgress(event) {
  const own = JSON.parse(event.data);
  // Steps, words and what may be done here change with it.
  if (state && own.state !== state) location.reload();
  state = own.state;
  for (const part of $$("[data-expected]")) part.hidden = !own.latest_at;
  if (own.latest_at) {
    $("#expected-words").textContent = data.coming.expected;
    $("#expected").textContent = `${at(own.earliest_at)}–${at(own.latest_at)}`;
  }
  const near = own.is_next ? [data.coming.next] : [];
  if (own.van) {
    const km = distance(own.van).toLocaleString(data.locale, { maximumFractionDigits: 1 });
    near.push(fill(data.coming.van, { km, time: at(own.van.at) }));
  }
  say($("#next-stop"), near.join(" "));
}

/* As the crow flies; enough to say how near the van is. */
function distance(van) {
  const north = (van.lat - data.position.lat) * 111.195;
  const east = (van.lon - data.position.lon) * 111.195 * Math.cos((van.lat * Math.PI) / 180);
  return Math.hypot(north, east);
}

if (data.live) {
  follow(`${path}/progress`, { progress: showProgress }, { token: data.token });
}
