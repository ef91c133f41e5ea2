/* Labels of devices: reading a code as scheduling/labels.py does, and scanning with a camera. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The ten characters, or null where they were read wrongly. */
export function readLabel(text) {
  const plain = text.toUpperCase().replace(/[-\s]/g, "").replace(/[IL]/g, "1").replace(/O/g, "0");
  if (plain.length !== 10) return null;
  let check = 0;
  for (const character of plain) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return null;
    check <<= 1;
    if (check & 32) check ^= 0b100101;
    check ^= value;
  }
  return check ? null : plain;
}

export const canScan = "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);

/* Opens the camera until a label is seen or the dialog is closed. */
export async function scanLabel(dialog) {
  const video = dialog.querySelector("video");
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  video.srcObject = stream;
  dialog.showModal();
  try {
    await video.play();
    while (dialog.open) {
      for (const { rawValue } of await detector.detect(video)) {
        const label = readLabel(rawValue);
        if (label) return label;
      }
      await new Promise((resolve) => { setTimeout(resolve, 200); });
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    dialog.close();
  }
}
