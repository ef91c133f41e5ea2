/* Receiving at the hub: a hand scanner types a code and Enter; the list follows by itself. */
import { $, call, data, element, newKey, say } from "./api.js";
import { readLabel } from "./label.js";
import "./staff.js";

const field = $("#label"), answer = $("#answer"), vans = $("#vans"), problemBox = $("#problem");
const PLACES = { aboard: ["missing", "warn"], received: ["received", "good"], left: ["left with the customer", ""], expected: ["not collected yet", ""] };
const clock = (instant) => new Intl.DateTimeFormat("en-GB", { timeStyle: "short", timeZone: data.timezone }).format(new Date(instant));
const type = (item) => data.types[item.type] || item.type;
let labelling = null, seen = "";

function tell(text, tone) {
  say(answer, text);
  answer.className = `notice ${tone}`;
}

function row(item) {
  const [words, tone] = PLACES[item.place];
  const state = element("span", { className: `chip ${tone}`, textContent: words });
  const cells = [
    [type(item), item.battery_class === "damaged_or_swollen" ? " · damaged battery" : ""].join(""),
    item.reference,
    item.label ? `${item.label.slice(0, 5)}-${item.label.slice(5)}` : "no label",
    item.left || (item.received_at ? clock(item.received_at) : ""),
  ].map((text) => element("td", { textContent: text }));
  const last = element("td", {}, state);
  if (item.place === "aboard" && !item.label) {
    const button = element("button", { type: "button", className: "button slim", textContent: "Label it" });
    button.addEventListener("click", () => {
      labelling = item;
      tell(`Stick a new label on the ${type(item)} of ${item.reference} and scan it.`, "warn");
      field.focus();
    });
    last.append(" ", button);
  }
  const made = element("tr", {}, ...cells, last);
  made.dataset.request = item.request_id;
  made.dataset.place = item.place;
  return made;
}

function card(van) {
  const open = van.aboard ? `${van.aboard} missing` : van.expected ? "on the road" : "complete";
  const tone = van.aboard ? "warn" : van.expected ? "" : "good";
  const head = element("div", { className: "head" },
    element("h2", { textContent: van.vehicle_name }),
    element("span", { className: "quiet small number", textContent: `back ${clock(van.back_at)} · ${van.received} received · ${van.left} left · ${van.expected} to collect` }),
    element("span", { className: `chip ${tone}`, textContent: open }));
  const table = element("table", {}, element("tbody", {}, ...van.items.map(row)));
  const made = element("section", { className: "card" }, head, element("div", { className: "scroll" }, table));
  made.dataset.van = van.vehicle_id;
  return made;
}

function show(found) {
  const text = JSON.stringify(found);
  if (text === seen) return;
  seen = text;
  const sum = (name) => found.vans.reduce((total, van) => total + van[name], 0);
  const figures = [["received", sum("received")], ["missing", sum("aboard")], ["overdue", found.unaccounted.length]];
  $("#figures").replaceChildren(...figures.map(([name, count]) => element("div", { className: name === "overdue" && count ? "bad" : "" },
    element("dt", { textContent: name }), element("dd", { textContent: String(count) }))));
  vans.replaceChildren(...(found.vans.length ? found.vans.map(card) : [element("div", { className: "card" }, element("p", { className: "quiet", textContent: "No van brings anything on this day." }))]));
  say($("#overdue"), found.unaccounted.length
    ? `Unaccounted for: ${found.unaccounted.map((one) => `${one.label || "no label"} in ${one.vehicle_id}, due ${clock(one.since)}`).join("; ")}. Look in the van, then ask its driver.`
    : "");
}

async function refresh() {
  try {
    show(await call("GET", `/v1/hubs/${data.territory}?date=${data.date}`));
    say(problemBox, "");
  } catch (problem) {
    if (problem.status === 401) location.reload();
    say(problemBox, problem.status ? problem.message : "No connection. The list may be old.");
  }
}

async function receive(label) {
  const body = { label };
  if ($("#depot")) body.depot = $("#depot").value;
  if (labelling) Object.assign(body, { request_id: labelling.request_id, device: labelling.device });
  try {
    const got = await call("POST", `/v1/hubs/${data.territory}/receipts`, { body, key: newKey() });
    labelling = null;
    const other = got.date === data.date ? "" : ` It belongs to ${got.date}.`;
    tell(`Received: ${type(got)} of ${got.reference}, ${got.vehicle_id || "no van"}.${got.open ? ` ${got.open} to come.` : " Its van is complete."}${other}`, "good");
  } catch (problem) {
    tell(problem.status ? problem.message : "No connection: scan it again.", "bad");
    if (problem.status === 401) location.reload();
  }
  refresh();
}

/* One after the other, however fast the scanner is. */
let turn = Promise.resolve();
$("#scan").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value, label = readLabel(text);
  field.value = "";
  field.focus();
  if (!text.trim()) return;
  if (label) turn = turn.then(() => receive(label));
  else tell(`“${text}” was read wrongly. Scan it again.`, "bad");
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
setInterval(refresh, 5_000);
refresh();
