// Looks at a catalogue before it is sent: [{problem, fix: {label, apply} or none}].
const ALONG_RA = /^(ALPHA(WIN|PSF|MODEL|PEAK)?_(J2000|SKY)|X(WIN|PSF|MODEL|PEAK)?_WORLD)$/;
// FITS, gzip, bzip2, zip, UTF-16: what the server opens and this page does not.
const CLOSED = ["SIMPLE", "\x1f\x8b", "BZh", "PK\x03\x04", "\xff\xfe", "\xfe\xff"];
const MARGIN = 0.02;

export async function checked(row) {
  const found = [...timeChecks(row)];
  const head = String.fromCharCode(...new Uint8Array(await row.file.slice(0, 9).arrayBuffer()));
  if (!CLOSED.some((magic) => head.startsWith(magic))) found.push(...tableChecks(row, await row.file.text()));
  return found;
}

function* timeChecks(row) {
  if (row.mjd > 2400000) {
    yield { problem: "The time looks like a JD.", fix: { label: "Subtract 2400000.5", apply: () => (row.mjd -= 2400000.5) } };
  } else if (row.mjd) return;
  else if (row.solar) yield { problem: `The header has only ${row.solar.name}: name a known target, and it is converted.` };
  else yield { problem: "The time of mid-exposure (MJD, UTC) is missing." };
}

function* tableChecks(row, text) {
  const columns = numbered(text);
  if (!columns.size) return; // another program's table: the server knows more of them
  const lines = text.split("\n").filter((line) => line.trim() && !line.startsWith("#"));
  if (lines.length < 5) yield { problem: `Only ${lines.length} stars: at least 5 are needed, of all the image.` };
  const pair = positions(columns);
  if (!pair) yield { problem: "No ALPHA_J2000, DELTA_J2000 columns (J2000 degrees)." };
  if (![...columns.keys()].some((name) => name.startsWith("MAG_"))) yield { problem: "No MAG_ column." };
  if (pair && row.place && !covers(lines, columns.get(pair[0]), columns.get(pair[1]), row.place)) {
    yield { problem: "The target lies outside this field." };
  }
}

// Return the place of each column, from 0; a header may count from 1 or from 0.
function numbered(text) {
  const names = [...text.matchAll(/^#\s*(\d+)\s+(\S+)/gm)].map(([, place, name]) => [name.toUpperCase(), Number(place)]);
  const first = names.some(([, place]) => place === 0) ? 0 : 1;
  return new Map(names.map(([name, place]) => [name, place - first]));
}

function positions(columns) {
  const pairs = [...columns.keys()].filter((name) => ALONG_RA.test(name)).map((ra) => [ra, ra.replace("ALPHA", "DELTA").replace(/^X/, "Y")]);
  return pairs.find(([, dec]) => columns.has(dec));
}

function covers(lines, raColumn, decColumn, { ra, dec }) {
  const stars = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const turned = (angle) => ((angle - ra + 540) % 360) - 180;
  const across = stars.map((star) => turned(star[raColumn])).filter(Number.isFinite);
  const along = stars.map((star) => star[decColumn]).filter(Number.isFinite);
  const within = (values, at) => Math.min(...values) - MARGIN <= at && at <= Math.max(...values) + MARGIN;
  return within(across, 0) && within(along, dec);
}
