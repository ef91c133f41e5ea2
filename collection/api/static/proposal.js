/* A dispatcher accepts a proposal, or drops it. */
import { $, call, data, newKey, say } from "./api.js";
import "./staff.js";

async function decide(button, verb, body) {
  button.disabled = true;
  say($("#problem"), "");
  try {
    await call("POST", `/v1/plans/${data.plan}/${verb}`, { key: newKey(), body });
    if (verb === "accept") location.assign(data.day); else location.reload();
  } catch (problem) {
    button.disabled = false;
    say($("#problem"), problem.status ? problem.message : "No connection. Please try again.");
    if (problem.status === 401) location.reload();
  }
}

$("#accept")?.addEventListener("click", (event) => decide(event.currentTarget, "accept"));
$("#drop")?.addEventListener("click", (event) => decide(event.currentTarget, "drop", { note: $("#note")?.value.trim() || "" }));
