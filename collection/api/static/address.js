/* The address field: suggestions as one types, chosen by pointer or keyboard. */
import { $, call, element, fill, say, words } from "./api.js";

export class AddressField {
  constructor(onChange) {
    this.input = $("#line1");
    this.list = $("#suggestions");
    this.match = null;
    this.active = -1;
    this.onChange = onChange;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    for (const id of ["postcode", "city"]) $(`#${id}`).addEventListener("input", () => { if (this.match) this.forget(); });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  forget() { this.match = null; this.onChange(null); }

  typed() {
    this.forget();
    clearTimeout(this.timer);
    this.pending?.abort();
    const text = this.input.value.trim();
    if (text.length < 3) { this.close(); return; }
    this.timer = setTimeout(() => this.ask(text), 160);
  }

  async ask(text) {
    this.pending = new AbortController();
    try {
      const { addresses } = await call("GET", `/v1/addresses?q=${encodeURIComponent(text)}&limit=6`, { signal: this.pending.signal });
      this.offer(addresses);
    } catch (problem) {
      if (problem.name !== "AbortError") this.close();
    }
  }

  offer(matches) {
    this.matches = matches;
    this.active = -1;
    this.list.replaceChildren(...matches.map((match, index) => {
      const option = element("li", { id: `suggestion-${index}`, textContent: match.label });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.addEventListener("click", () => this.choose(match));
      return option;
    }));
    this.list.hidden = matches.length === 0;
    this.input.setAttribute("aria-expanded", String(matches.length > 0));
    say($("#suggestion-count"), fill(words.suggestions, { count: matches.length }));
  }

  key(event) {
    if (this.list.hidden) return;
    const count = this.list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.active = (this.active + (event.key === "ArrowDown" ? 1 : count - 1) + (this.active < 0 && event.key === "ArrowUp" ? 1 : 0)) % count;
      [...this.list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === this.active)));
      this.list.children[this.active].scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", `suggestion-${this.active}`);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(this.matches[this.active]);
    } else if (event.key === "Escape") this.close();
  }

  choose(match) {
    this.close();
    // A map rarely knows every house: a street with a typed number is good enough.
    const typed = this.input.value.trim();
    const streetOnly = !match.exact && /\d/.test(typed);
    this.input.value = streetOnly ? typed : match.line1;
    if (match.postcode) $("#postcode").value = match.postcode;
    if (match.city) $("#city").value = match.city;
    const error = $("#line1-error");
    if (!match.exact && !streetOnly) {
      error.classList.remove("hint");
      say(error, words.add_number);
      this.input.focus();
      return;
    }
    this.match = match;
    error.classList.toggle("hint", Boolean(match.territory));
    say(error, match.territory ? (streetOnly ? words.street_only : "") : words.outside);
    this.input.toggleAttribute("aria-invalid", false);
    this.onChange(match.territory ? match : null);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /* What the API wants: the words, and the position where one was chosen. */
  value() {
    const words_ = { line1: this.input.value.trim(), postcode: $("#postcode").value.trim(), city: $("#city").value.trim(), building: $("#building").value, access_notes: $("#access_notes").value.trim() };
    if (!this.match) return words_;
    return { ...words_, country: this.match.country, lon: this.match.lon, lat: this.match.lat };
  }
}
