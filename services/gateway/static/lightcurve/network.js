// The magnitudes of a light curve as one network of telescopes has them.

let asked = 0;

// Let points wear the network's magnitudes, or their own; return whether they do as asked.
// Of several requests under way the last one counts.
export async function wear(points, on, address, say) {
  const turn = ++asked;
  if (!on) {
    points.wear(null);
    say("");
    return true;
  }
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const { bands } = await answer.json();
    if (turn !== asked) return true;
    const found = magnitudes(bands);
    points.wear(found);
    say(told(found, points.stored, bands));
    return true;
  } catch ({ message }) {
    say(`The network did not come (${message}).`);
    return false;
  }
}

function magnitudes(bands) {
  const found = new Map();
  for (const { points } of bands) {
    points?.id.forEach((id, place) => {
      if (points.mag[place] !== null) found.set(id, { mag: points.mag[place], err: points.total_err[place] });
    });
  }
  return found;
}

function told(found, stored, bands) {
  if (!bands.length) return "There is no network of this target yet.";
  const out = bands.reduce((count, { left_out: left }) => count + Object.keys(left).length, 0);
  const waiting = stored - found.size - out;
  const parts = [`${found.size} points`, out > 0 && `${out} take no part`, waiting > 0 && `${waiting} not yet`];
  return `One network: ${parts.filter(Boolean).join(", ")}.`;
}
