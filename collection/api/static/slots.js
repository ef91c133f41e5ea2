/* Choosing a slot: days in a row, times below, full ones visible but closed. */
import { call, data, element, say, words } from "./api.js";

/* `asked` says for whom: {lon, lat, building, ...} with devices, or {request} with its token.
   Answers false where no slot is free. */
export async function showSlots(box, asked, { onChoose = () => {}, devices = [], token, keep = null } = {}) {
  box.replaceChildren(element("p", { className: "quiet", textContent: words.slotLoading }));
  let answer;
  try {
    const query = new URLSearchParams(asked);
    for (const device of devices) query.append("device", `${device.type}:${device.battery}`);
    answer = await call("GET", `/v1/slots?${query}`, { token });
  } catch (problem) {
    const text = problem.status === 422 ? words.outside : words.offline;
    box.replaceChildren(element("p", { className: "notice bad", textContent: text }));
    return;
  }
  const days = new Map();
  for (const slot of answer.slots) {
    if (!days.has(slot.date)) days.set(slot.date, []);
    days.get(slot.date).push(slot);
  }
  if (![...days.values()].flat().some((slot) => slot.offered)) {
    box.replaceChildren(element("p", { className: "notice warn", textContent: words.slotNone }));
    return false;
  }
  const times = element("div", { className: "choices" });
  times.setAttribute("role", "radiogroup");
  times.setAttribute("aria-label", words.time);
  const row = element("div", { className: "choices days" });
  row.setAttribute("role", "radiogroup");
  row.setAttribute("aria-label", words.day);
  for (const [date, slots] of days) {
    const free = slots.some((slot) => slot.offered);
    const noon = new Date(`${date}T12:00:00Z`);
    const format = (options) => new Intl.DateTimeFormat(data.locale, { timeZone: "UTC", ...options }).format(noon);
    row.append(choice("slot-day", date, format({ weekday: "short" }), format({ day: "numeric", month: "short" }), !free, () => showTimes(slots)));
  }
  function showTimes(slots) {
    times.replaceChildren(...slots.map((slot) => choice("slot_id", slot.id, `${slot.start}–${slot.end}`, slot.offered ? (slot.green ? words.green : "") : words.full, !slot.offered, () => onChoose(slot))));
    onChoose(null);
  }
  box.replaceChildren(row, times);
  // What was chosen before stays chosen where it is still offered.
  const kept = answer.slots.find((slot) => slot.id === keep && slot.offered);
  const shown = kept ? [...row.querySelectorAll("input")].find((input) => input.value === kept.date) : row.querySelector("input:not(:disabled)");
  shown.checked = true;
  showTimes(days.get(shown.value));
  if (!kept) return true;
  [...times.querySelectorAll("input")].find((input) => input.value === kept.id).checked = true;
  onChoose(kept);
  return true;
}

function choice(name, value, text, note, disabled, onChange) {
  const input = element("input", { type: "radio", name, value, disabled });
  input.addEventListener("change", onChange);
  const label = element("span", {}, element("strong", { textContent: text }));
  if (note) label.append(element("small", { textContent: note }));
  return element("label", { className: "choice" }, input, label);
}

export function chosenSlot(box) {
  return box.querySelector('input[name="slot_id"]:checked')?.value || null;
}

export function describe(slot) {
  const day = new Intl.DateTimeFormat(data.locale, { timeZone: "UTC", weekday: "long", day: "numeric", month: "long" }).format(new Date(`${slot.date}T12:00:00Z`));
  return `${day}, ${slot.start}–${slot.end}`;
}

export function complain(text) {
  const place = document.getElementById("slot_id-error");
  if (place) say(place, text);
}
