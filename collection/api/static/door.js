/* At the door: what the battery is like, the label, or why a device stays. Told at once from the
   rules of the page; the server has the last word as soon as there is a network. */
import { $, $$, data, fill, say, words } from "./api.js";
import { canScan, readLabel, scanLabel } from "./label.js";

const door = words.door;
const boxOf = (request, device) => $$(".door").find((box) => box.dataset.device === String(device) && box.closest("li[data-request]").dataset.request === request);

function judge(box, text, tone) {
  const place = $("[data-verdict]", box);
  say(place, text);
  place.className = `notice small ${tone}`;
}

/* What the rules say of an answer, before the server does. */
function ruled(answer) {
  const rule = data.triage[answer];
  if (rule.refused) return ["dangerous", "bad"];
  if (rule.skill && !data.skills.includes(rule.skill)) return ["no_skill", "bad"];
  return ["", rule.skill ? "warn" : "good", fill(door.pack, { packaging: rule.packaging })];
}

export function atTheDoor(tell) {
  const send = (box, told) => tell({
    at: new Date().toISOString(),
    request_id: box.closest("li[data-request]").dataset.request,
    device: Number(box.dataset.device),
    ...told,
  });

  function label(box, text) {
    const code = readLabel(text);
    const field = $("[data-label]", box);
    field.toggleAttribute("aria-invalid", !code);
    if (!code) { judge(box, door.wrong, "bad"); return; }
    field.value = code;
    send(box, { label: code });
  }

  document.addEventListener("change", (event) => {
    const box = event.target.closest(".door"), value = event.target.value.trim();
    if (!box || !value) return;
    if (event.target.matches("[data-seen]")) {
      const [reason, tone, text] = ruled(value);
      judge(box, reason ? door[reason] : text, tone);
      send(box, { battery: value });
    } else if (event.target.matches("[data-left]")) {
      judge(box, event.target.selectedOptions[0].textContent, "warn");
      send(box, { left: value });
    } else if (event.target.matches("[data-label]")) label(box, value);
  });

  for (const button of $$("[data-camera]")) {
    button.hidden = !canScan;
    button.addEventListener("click", async () => {
      const box = button.closest(".door");
      const code = await scanLabel($("#camera")).catch(() => null);
      if (code) label(box, code);
    });
  }
  $("#camera-close").addEventListener("click", () => $("#camera").close());
}

/* What the server answered to a scan. */
export function answered(answer) {
  const box = boxOf(answer.request_id, answer.device);
  if (!box) return;
  if (!answer.taken) {
    judge(box, door[answer.reason] || answer.reason, door[answer.reason] ? "bad" : "warn");
    return;
  }
  const special = answer.battery_class === "damaged_or_swollen";
  const packed = fill(door.pack, { packaging: data.packaging[answer.packaging] || answer.packaging });
  judge(box, [packed, answer.label && fill(door.labelled, { label: answer.label })].filter(Boolean).join(" · "), special ? "warn" : "good");
}
