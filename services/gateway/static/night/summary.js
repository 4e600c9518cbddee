// What has become of a night, in a line.
const WORDS = { tried: "tried", kept: "stored", failed: "refused" };

// Return what has become of a night: counts, and in each band magnitudes and errors.
export function summary(rows) {
  const counts = Object.entries(WORDS).map(([state, word]) => [rows.filter((row) => row.state === state).length, word]);
  const bands = new Map();
  for (const { point } of rows) if (point && !point.limit) bands.set(point.band, [...(bands.get(point.band) ?? []), point]);
  const range = (values) => [...new Set([Math.min(...values), Math.max(...values)].map((value) => value.toFixed(3)))].join(" to ");
  const measured = [...bands].map(([band, points]) => `${band} ${range(points.map(({ mag }) => mag))} mag, errors ${range(points.map((point) => point.total_err))}`);
  const done = counts.filter(([number]) => number).map(([number, word]) => `${number} ${word}`).join(", ");
  return measured.length ? `${done}: ${measured.join("; ")}` : done;
}
