/* Bringing devices to a shop: the nearest ones, and what is said after announcing it. */
import { $, call, element, fill, words } from "./api.js";

const shop = words.shop;
const hours = (site) => site.opening.map((span) => span.replace("-", "–")).join(", ");

export class Shops {
  #box; #onChoose; #sites = []; territory = null;

  constructor(box, onChoose) {
    this.#box = box;
    this.#onChoose = onChoose;
  }

  get chosen() {
    const id = $('input[name="site_id"]:checked', this.#box)?.value;
    return this.#sites.find((site) => site.id === id) || null;
  }

  clear() {
    for (const input of this.#box.querySelectorAll("input")) input.checked = false;
  }

  async show(match) {
    this.#box.hidden = false;
    this.#sites = [];
    let found = { sites: [] };
    try { found = await call("GET", `/v1/drop-offs?lon=${match.lon}&lat=${match.lat}`); } catch { /* none can be told */ }
    this.territory = found.territory;
    this.#sites = found.sites;
    if (!found.sites.length) { this.#box.replaceChildren(element("p", { className: "quiet", textContent: shop.none })); return; }
    const rows = found.sites.map((site) => {
      const input = element("input", { type: "radio", name: "site_id", value: site.id, disabled: !site.free });
      input.addEventListener("change", () => this.#onChoose(site));
      const words_ = [fill(shop.minutes, { minutes: site.minutes }), hours(site), site.free ? fill(shop.free, { count: site.free }) : shop.full];
      return element("label", { className: "choice" }, input,
        element("span", {}, element("strong", { textContent: site.name }), element("small", { textContent: site.address }), element("small", { textContent: words_.join(" · ") })));
    });
    this.#box.replaceChildren(element("p", { className: "quiet", textContent: shop.lead }), element("div", { className: "choices shops" }, ...rows));
  }
}

export const describeShop = (site) => `${site.name}, ${site.address}, ${hours(site)}`;

/* The confirmation of a drop-off, in the place of a pickup's. */
export function announced(told, data) {
  $("#booking").hidden = true;
  const done = $("#confirmation");
  $("h1", done).textContent = shop.done;
  $("#done-say").textContent = shop.code;
  $("#done-code").textContent = told.code;
  $("#done-when").textContent = hours(told);
  $("#done-where").textContent = `${told.site_name}, ${told.address}`;
  $("#done-until").textContent = shop.until;
  $("#done-cancel").textContent = new Intl.DateTimeFormat(data.locale, { dateStyle: "full", timeZone: data.zones[told.territory] }).format(new Date(told.expires_at));
  $("#done-track").hidden = true;
  $("#done-calendar").hidden = true;
  done.hidden = false;
  done.focus();
  window.scrollTo(0, 0);
}
