// Files become the frames of a night: catalogues paired with the images of the same name.
import { checked } from "./checks.js";
import { atTelescope, readHeader } from "./headers.js";

const AT_ONCE = 6;
const CATALOGUE = /\.(cat|txt|ldac|dat|asc|csv|ecsv|tsv|tbl|lst|vot|xml)(\.(gz|bz2|zip))?$/i;
const IMAGE = /\.(fits?|fts)(\.(gz|fz))?$/i;

export const stem = (name) => name.replace(/\.gz$|\.fz$/, "").replace(/\.[^.]*$/, "").toLowerCase();

// Return {frames, left: [{name, why}]}: frames of the catalogues, and the files that make none.
export async function paired(files) {
  const catalogues = files.filter(({ name }) => CATALOGUE.test(name));
  const images = files.filter(({ name }) => IMAGE.test(name));
  const others = files.filter((file) => !catalogues.includes(file) && !images.includes(file));
  const headers = new Map(await each(images, async (file) => [stem(file.name), await readHeader(file)]));
  const frames = await each(catalogues, async (file) => frameOf(file, headers.get(stem(file.name)) ?? (await readHeader(file))));
  const stems = new Set(catalogues.map(({ name }) => stem(name)));
  const alone = images.filter(({ name }) => !stems.has(stem(name))).map((file) => frameOf(file, headers.get(stem(file.name))));
  return {
    frames: [...frames, ...alone.filter((frame) => !unfit(frame))],
    headers,
    left: [
      ...alone.filter(unfit).map((frame) => ({ name: frame.name, why: unfit(frame) })),
      ...others.map(({ name }) => ({ name, why: "neither a catalogue nor a FITS image" })),
    ],
  };
}

// Say why an image by itself makes no frame; nothing where it does.
function unfit({ image, table, kind }) {
  if (kind) return `a ${kind}, no image of the sky`;
  return image || table ? "" : "a header without an image: add the list of its stars under the same name";
}

// A frame of a catalogue, or of an image that is sent itself.
function frameOf(file, header) {
  const by = [header.by, inWords(header.image)].filter(Boolean).join("; ");
  return { key: `${file.name}:${file.size}:${file.lastModified}`, file, name: file.name, target: "", problems: [], state: "new", ...header, by };
}

// Say what kind of image it is, where it is one: a catalogue's header tells of its image too.
export function inWords(image) {
  if (!image) return "";
  const kind = image.bayer ? ", not debayered: its green pixels are measured" : image.colour ? ", in colour: the plane of the filter is measured" : "";
  return `image of ${image.width} × ${image.height}${kind}`;
}

// Do something with each, some at a time; the results are in their order.
export async function each(list, act) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < list.length) {
      const place = next++;
      results[place] = await act(list[place]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, list.length) }, worker));
  return results;
}

const known = new Map();

// Return a target as the server knows it, asked once for each name; null where it knows none.
function place(root, name) {
  if (!known.has(name)) known.set(name, fetch(`${root}/api/v1/targets/${encodeURIComponent(name)}`).then((answer) => (answer.ok ? answer.json() : null)));
  return known.get(name);
}

// Find out where a frame's target is, what time it has, and what is wrong with it.
export async function looked(root, row) {
  row.place = row.target ? await place(root, row.target) : null;
  if (!row.place && row.object && !row.target) row.place = await place(root, row.object);
  if (!row.target && row.place) row.target = row.place.name;
  if (row.target && !row.place) known.delete(row.target);
  if (!row.mjd && row.solar && row.place) {
    row.mjd = atTelescope(row.solar, row.place);
    row.by = `${row.solar.name}, ${((row.mjd - row.solar.mjd) * 86400).toFixed(1)} s to the telescope`;
  }
  row.problems = await checked(row);
  if (row.target && !row.place) row.problems.push({ problem: `There is no target ${row.target}: enter it first.` });
}
