/* Booking: four steps on one page, a summary that follows, one request at the end. */
import { $, $$, call, data, element, newKey, say, words } from "./api.js";
import { AddressField } from "./address.js";
import { Held } from "./held.js";
import { chosenSlot, complain, describe, showSlots } from "./slots.js";

import { announced, describeShop, Shops } from "./shops.js";

const form = $("#form"), slots = $("#slots"), devices = $("#devices"), problemBox = $("#problem");
let slot = null, sent = { body: "", key: "" };
const held = new Held((text) => say($("#held"), text));

const address = new AddressField(() => offer());

/* What a van's time and room depend on: the times that are free, and what is held. */
function burden() {
  const { access_notes: _, ...place } = address.value();
  return { address: place, devices: carried().map(({ type, battery }) => ({ type, battery })) };
}

function offer({ keep = null } = {}) {
  const match = address.match;
  choose(null);
  $("#bring").hidden = !match;
  $("#shops").hidden = true;
  shops.clear();
  if (!match) { slots.replaceChildren(element("p", { className: "quiet", textContent: words.slotFirst })); return; }
  const { building } = address.value();
  showSlots(slots, { lon: match.lon, lat: match.lat, building }, { devices: carried(), onChoose: choose, keep })
    .then((any) => { if (any === false) shops.show(match); });
}

/* Another device or house takes another time at the door: ask again, and keep what was chosen if it still can be. */
const again = () => offer({ keep: slot?.id });

/* Instead of a van: no time is held, and none is asked for. */
const shops = new Shops($("#shops"), () => {
  for (const input of $$('input[name="slot_id"]', slots)) input.checked = false;
  choose(null, { keep: true });
});
$("#bring button").addEventListener("click", () => { if (address.match) shops.show(address.match); });

async function choose(chosen, { keep = false } = {}) {
  slot = chosen;
  if (!keep) shops.clear();
  // Times that are asked for anew do not take back why.
  if (chosen || keep) complain("");
  summarise();
  try {
    // What no van takes is not held.
    await held.take(carried().length ? chosen : null, burden());
  } catch (problem) {
    // The booking itself will tell anything else.
    if (problem.kind === "slot-unavailable") { offer(); complain(words.slot_taken); }
  }
}

/* Somebody may write the address by hand: look it up when the field is left. */
$("#line1").addEventListener("change", async () => {
  const text = [address.value().line1, address.value().postcode, address.value().city].filter(Boolean).join(" ");
  if (address.match || text.length < 3) return;
  try {
    const { addresses } = await call("GET", `/v1/addresses?q=${encodeURIComponent(text)}&limit=6`);
    const [best, ...others] = addresses;
    if (address.match || !best) return;
    if (best.exact && best.score >= 0.9 && others.every((other) => best.score - other.score > 0.03)) address.choose(best);
  } catch { /* the booking itself will tell */ }
});

function addDevice() {
  const box = $("#device-template").content.firstElementChild.cloneNode(true);
  devices.append(box);
  $(".remove", box).addEventListener("click", () => { box.remove(); number(); again(); $("#add-device").focus(); });
  $('[data-field="battery"]', box).addEventListener("change", (event) => {
    const place = $(".advice", box), answer = event.target.value;
    say(place, data.advice[answer] || "");
    place.classList.toggle("bad", data.refused.includes(answer));
    place.classList.toggle("warn", !data.refused.includes(answer));
  });
  number();
  return box;
}

function number() {
  const boxes = $$(".device", devices);
  boxes.forEach((box, index) => {
    $("h3", box).textContent = boxes.length > 1 ? `${data.device} ${index + 1}` : data.device;
    $(".remove", box).hidden = boxes.length === 1;
    for (const control of $$("[data-field]", box)) {
      control.id = `devices.${index}.${control.dataset.field}`;
      $("label", control.parentElement).htmlFor = control.id;
      const error = $(".error", control.parentElement);
      error.id = `${control.id}-error`;
      control.setAttribute("aria-describedby", error.id);
    }
  });
  $("#add-device").hidden = boxes.length >= 20;
  summarise();
}

function summarise() {
  const lines = [];
  if ($("#line1").value.trim()) lines.push($("#line1").value.trim());
  const counts = new Map();
  for (const select of $$('[data-field="type"]', devices)) {
    const name = select.selectedOptions[0].textContent;
    counts.set(name, (counts.get(name) || 0) + 1);
  }
  lines.push([...counts].map(([name, count]) => (count > 1 ? `${count} × ${name}` : name)).join(", "));
  if (slot) lines.push(describe(slot));
  else if (shops.chosen) lines.push(describeShop(shops.chosen));
  $("#summary").replaceChildren(...lines.map((text) => element("p", { textContent: text })));
}

function wish() {
  const reference = new URLSearchParams(location.search).get("reference");
  return {
    reference: reference || `WEB-${sentReference}`,
    customer: { name: $("#name").value.trim(), phone: $("#phone").value.trim(), email: $("#email").value.trim(), language: data.language },
    address: address.value(),
    devices: $$(".device", devices).map((box) => {
      const device = {};
      for (const control of $$("[data-field]", box)) device[control.dataset.field] = control.value.trim();
      device.imei = device.imei.replace(/[\s\-/.]/g, "");
      if (!device.imei) delete device.imei;
      return device;
    }),
    slot_id: chosenSlot(slots),
  };
}
/* Times are for what can be collected; for the rest the booking is refused, with advice. */
const carried = () => wish().devices.filter((device) => !data.refused.includes(device.battery));
function dropOff(site) {
  const { reference, customer, devices: brought } = wish();
  return { territory: shops.territory, site_id: site.id, reference, customer, devices: brought };
}
const sentReference = newKey().slice(0, 10).toUpperCase();

function mark(id, text) {
  const control = document.getElementById(id), place = document.getElementById(`${id}-error`);
  if (place) { place.classList.remove("hint"); say(place, text); }
  if (control && text) control.setAttribute("aria-invalid", "true");
  else control?.removeAttribute("aria-invalid");
  return Boolean(place);
}

function clearMarks() {
  say(problemBox, "");
  for (const place of $$(".error", form)) mark(place.id.replace(/-error$/, ""), "");
}

function missing() {
  const empty = ["line1", "name", "phone", "email"].filter((id) => !document.getElementById(id).value.trim());
  for (const id of empty) mark(id, words.required);
  for (const [index, { battery }] of wish().devices.entries()) {
    if (data.refused.includes(battery)) { mark(`devices.${index}.battery`, data.advice[battery]); empty.push("battery"); }
  }
  if (!chosenSlot(slots) && !shops.chosen) { complain(words.choose_slot); empty.push("slot"); }
  return empty.length > 0;
}

function focusFirst() {
  const first = $('[aria-invalid="true"]', form) || ($("#slot_id-error").hidden ? null : $("#slots input:not(:disabled)"));
  first?.focus();
  first?.scrollIntoView({ block: "center" });
}

function showProblem(problem) {
  if (!problem.status) { say(problemBox, words.offline); return; }
  if (problem.candidates.length) { choices(problem.candidates); return; }
  if (problem.kind === "slot-unavailable") {
    offer();
    complain(words.slot_taken);
  }
  if (shops.chosen && problem.kind === "conflict") shops.show(address.match);
  let placed = problem.kind === "slot-unavailable";
  for (const { field, message } of problem.errors) {
    if (/^devices\.\d+\.battery$/.test(field) && data.refused.includes(document.getElementById(field)?.value)) {
      placed = mark(field, data.advice[document.getElementById(field).value]) || placed;
      continue;
    }
    if (shops.chosen && /^devices\.\d+\.battery$/.test(field)) { placed = mark(field, words.shop.battery) || placed; continue; }
    const id = field.replace(/^(customer|address)\.?/, "") || "line1";
    const known = { line1: words.line1, lon: words.outside, lat: words.outside }[id] || words[id.split(".").pop()];
    placed = mark(id, data.language === "en" && !["address", "address.line1"].includes(field) ? message : known || message) || placed;
  }
  say(problemBox, placed ? words.check : problem.message);
  focusFirst();
}

/* Several addresses match: let the customer say which. */
async function choices(labels) {
  const answers = await Promise.all(labels.map((label) => call("GET", `/v1/addresses?q=${encodeURIComponent(label)}&limit=1`).catch(() => ({ addresses: [] }))));
  say(document.getElementById("line1-error"), words.choose);
  address.offer(answers.flatMap((answer) => answer.addresses));
  $("#line1").focus();
}

function confirm(booking) {
  $("#booking").hidden = true;
  $("#done-code").textContent = booking.confirmation_code;
  $("#done-when").textContent = describe(slot);
  $("#done-where").textContent = [address.value().line1, address.value().city].filter(Boolean).join(", ");
  $("#done-cancel").textContent = new Intl.DateTimeFormat(data.locale, { dateStyle: "full", timeStyle: "short", timeZone: data.zones[booking.territory] }).format(new Date(booking.cancel_by));
  const path = new URL(booking.tracking_url).pathname;
  $("#done-track").href = path;
  $("#done-calendar").href = `${path}/calendar.ics`;
  const done = $("#confirmation");
  done.hidden = false;
  done.focus();
  window.scrollTo(0, 0);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearMarks();
  if (missing()) { say(problemBox, words.check); focusFirst(); return; }
  const button = $("#submit"), label = button.textContent, site = shops.chosen;
  const body = site ? dropOff(site) : { ...wish(), ...(await held.claim(burden())) };
  if (body.hold_id) delete body.slot_id;
  // The same wish sent again is the same booking; a changed one is another.
  if (JSON.stringify(body) !== sent.body) sent = { body: JSON.stringify(body), key: newKey() };
  button.disabled = true;
  button.textContent = words.submitting;
  try {
    if (site) announced(await call("POST", "/v1/drop-offs", { body, key: sent.key }), data);
    else confirm(await call("POST", "/v1/pickup-requests", { body, key: sent.key }));
  } catch (problem) {
    showProblem(problem);
  } finally {
    button.disabled = false;
    button.textContent = label;
  }
});
form.addEventListener("input", (event) => {
  if (event.target.id) mark(event.target.id, "");
  summarise();
});
$("#add-device").addEventListener("click", () => { addDevice().querySelector("select").focus(); again(); });
form.addEventListener("change", (event) => {
  if (["type", "battery"].includes(event.target.dataset.field) || event.target.id === "building") again();
});
addDevice();
