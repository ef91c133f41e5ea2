/* Following a pickup: cancel it, or move it to another slot. */
import { $, call, data, newKey, say, words } from "./api.js";
import { chosenSlot, complain, showSlots } from "./slots.js";

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
