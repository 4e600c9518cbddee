// Looks at a catalogue before it is sent: [{problem, fix: {label, apply} or none}].
const POSITIONS = [["ALPHA_J2000", "DELTA_J2000"], ["X_WORLD", "Y_WORLD"], ["ALPHA_SKY", "DELTA_SKY"], ["ALPHAWIN_J2000", "DELTAWIN_J2000"]];
const MARGIN = 0.02;

export async function checked(row) {
  const found = [...timeChecks(row)];
  const head = await row.file.slice(0, 9).text();
  if (!head.startsWith("SIMPLE")) found.push(...tableChecks(row, await row.file.text()));
  return found;
}

function* timeChecks(row) {
  if (row.mjd > 2400000) {
    yield { problem: "The time looks like a JD.", fix: { label: "Subtract 2400000.5", apply: () => (row.mjd -= 2400000.5) } };
  } else if (!row.mjd) yield { problem: "The time of mid-exposure (MJD, UTC) is missing." };
  if (row.heliocentric) yield { problem: "The header has a heliocentric time: give the time at the telescope (UTC)." };
  if (!row.target) yield { problem: "Which target?" };
}

function* tableChecks(row, text) {
  if (text.includes("\t")) {
    const apply = () => (row.file = new File([text.replaceAll("\t", " ")], row.file.name));
    yield { problem: "Columns are separated by tabs.", fix: { label: "Use blanks", apply } };
  }
  const names = [...text.matchAll(/^# +(\d+) +(\S+)/gm)].map(([, place, name]) => [name, Number(place) - 1]);
  const columns = new Map(names);
  const lines = text.split("\n").filter((line) => line.trim() && !line.startsWith("#"));
  if (lines.length < 5) yield { problem: `Only ${lines.length} stars: at least 5 are needed, of all the image.` };
  const pair = POSITIONS.find(([ra, dec]) => columns.has(ra) && columns.has(dec));
  if (!pair) yield { problem: `No ${POSITIONS[0].join(", ")} columns (J2000 degrees).` };
  if (![...columns.keys()].some((name) => name.startsWith("MAG_"))) yield { problem: "No MAG_ column." };
  if (pair && row.place && !covers(lines, columns.get(pair[0]), columns.get(pair[1]), row.place)) {
    yield { problem: "The target lies outside this field." };
  }
}

function covers(lines, raColumn, decColumn, { ra, dec }) {
  const stars = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const turned = (angle) => ((angle - ra + 540) % 360) - 180;
  const across = stars.map((star) => turned(star[raColumn])).filter(Number.isFinite);
  const along = stars.map((star) => star[decColumn]).filter(Number.isFinite);
  const within = (values, at) => Math.min(...values) - MARGIN <= at && at <= Math.max(...values) + MARGIN;
  return within(across, 0) && within(along, dec);
}
