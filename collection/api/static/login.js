/* Logging in: the session comes as a cookie that no script can read. */
import { $, call, say } from "./api.js";

const form = $("#login");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = $("button", form);
  button.disabled = true;
  try {
    await call("POST", "/v1/session", { body: { name: form.name.value.trim(), password: form.password.value } });
    location.assign(form.dataset.next);
  } catch (problem) {
    say($("#problem"), problem.status ? problem.message : "No connection. Please try again.");
    button.disabled = false;
    form.password.select();
  }
});
