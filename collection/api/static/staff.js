/* What every dispatcher's page has: the way out. */
import { $, call } from "./api.js";

$("#logout")?.addEventListener("click", async () => {
  await call("DELETE", "/v1/session").catch(() => {});
  location.assign("/login");
});
