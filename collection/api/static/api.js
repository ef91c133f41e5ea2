/* Talking to the API: JSON in and out, problems as exceptions, one key per piece of work. */

export const data = JSON.parse(document.getElementById("page-data")?.textContent || "{}");
export const words = data.words || {};

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

export class Problem extends Error {
  constructor(status, body, retry = false) {
    super(body.detail || body.title || String(status));
    this.status = status;
    this.retry = retry;
    this.errors = body.errors || [];
    this.candidates = body.candidates || [];
    this.kind = (body.type || "").split(":").pop();
  }
}

/* crypto.randomUUID exists on secure origins only; a depot's own network may have none. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function call(method, path, { body, token, key, signal } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers["Idempotency-Key"] = key;
  const answer = await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  let content = {};
  try { content = text ? JSON.parse(text) : {}; } catch { /* a proxy's own page */ }
  if (!answer.ok) throw new Problem(answer.status, content, answer.headers.has("Retry-After"));
  return content;
}

export function say(element, text) {
  element.textContent = text;
  element.hidden = !text;
}

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
