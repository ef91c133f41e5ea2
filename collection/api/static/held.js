/* A chosen slot is held while its customer still writes; another choice frees it. */
import { call, data, fill, newKey, words } from "./api.js";

export class Held {
  constructor(tell) {
    this.tell = tell;
    this.free();
    addEventListener("pagehide", () => this.free());
  }

  /* Hold a slot for what is asked; null holds nothing. */
  async take(slot, asked) {
    this.free();
    if (!slot) return;
    const mine = this.turn;
    const hold = await call("POST", "/v1/holds", { body: { slot_id: slot.id, ...asked }, key: newKey() });
    if (mine !== this.turn) { release(hold.id); return; }
    this.id = hold.id;
    this.asked = JSON.stringify(asked);
    const until = new Date(hold.held_until);
    const clock = new Intl.DateTimeFormat(data.locale, { timeStyle: "short" }).format(until);
    this.tell(fill(words.held, { time: clock }));
    this.timer = setTimeout(() => { this.id = null; this.tell(words.held_over); }, until - Date.now());
  }

  /* What the booking says of it: nothing, where it is over or was for something else. */
  async claim(asked) {
    if (!this.id) return {};
    if (this.asked === JSON.stringify(asked)) return { hold_id: this.id };
    await release(this.id);
    this.free({ gone: true });
    return {};
  }

  free({ gone = false } = {}) {
    clearTimeout(this.timer);
    if (this.id && !gone) release(this.id);
    this.id = null;
    this.turn = (this.turn || 0) + 1;
    this.tell("");
  }
}

/* It must get through also when the page goes; it is free in ten minutes anyway. */
const release = (id) => fetch(`/v1/holds/${id}`, { method: "DELETE", keepalive: true }).catch(() => {});
