/* Asks for the rest of a running day to be planned again, and leads to what comes of it. */
import { $, call, newKey, say } from "./api.js";

const form = $("#replan-form"), button = $("#replan-now"), text = $("#replan-text");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const chosen = new FormData(form);
  const body = { van_out: chosen.getAll("van_out"), urgent: chosen.getAll("urgent") };
  button.disabled = true;
  say($("#replan-problem"), "");
  text.textContent = "Planning, ten seconds at most …";
  try {
    const found = await call("POST", `/v1/plans/${form.dataset.plan}/replan`, { key: newKey(), body });
    location.assign(`${form.dataset.day}/proposals/${found.plan_id}`);
  } catch (problem) {
    text.textContent = "";
    button.disabled = false;
    say($("#replan-problem"), problem.status ? problem.message : "No connection. Please try again.");
  }
});
