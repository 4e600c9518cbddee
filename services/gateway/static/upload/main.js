// A whole night at once: catalogues and images are dropped, checked, and the catalogues sent.
import { checked } from "./checks.js";
import { readHeader } from "./headers.js";

const form = document.querySelector("form[enctype]");
const zone = document.getElementById("night");
const list = document.getElementById("night-list");
const { root } = zone.dataset;
const rows = new Map();
const AT_ONCE = 3;

const stem = (name) => name.replace(/\.gz$|\.fz$/, "").replace(/\.[^.]*$/, "").toLowerCase();
const isCatalogue = (file) => /\.(cat|txt|ldac|dat|asc|csv|ecsv|tsv|tbl|lst|vot|xml)(\.(gz|bz2|zip))?$/i.test(file.name);

async function take(files) {
  const [catalogues, images] = [[], []];
  for (const file of files) (isCatalogue(file) ? catalogues : images).push(file);
  const headers = new Map();
  for (const image of images) headers.set(stem(image.name), await readHeader(image));
  for (const file of catalogues) {
    const known = headers.get(stem(file.name)) ?? (await readHeader(file));
    const row = { file, target: form.elements.EventID.value, ...known };
    if (!row.target && known.object) row.target = known.object;
    rows.set(file.name, row);
    await look(row);
  }
  for (const [name, header] of headers) {
    const row = [...rows.values()].find((one) => stem(one.file.name) === name);
    if (row && !row.mjd) await look(Object.assign(row, header, { target: row.target || header.object }));
  }
}

// Find out where the target is, check all, and show the row anew.
async function look(row) {
  const answer = row.target ? await fetch(`${root}/api/v1/targets/${encodeURIComponent(row.target)}`) : null;
  row.place = answer?.ok ? await answer.json() : null;
  row.problems = await checked(row);
  if (row.target && !row.place) row.problems.push({ problem: `There is no target ${row.target}: enter it first.` });
  show(row);
}

function field(row, name, value) {
  const input = document.createElement("input");
  input.value = value ?? "";
  input.setAttribute("aria-label", `${name} of ${row.file.name}`);
  input.addEventListener("change", () => {
    row[name] = name === "target" ? input.value.trim() : parseFloat(input.value);
    look(row);
  });
  return input;
}

function show(row) {
  row.line ??= list.appendChild(document.createElement("tr"));
  const cells = [row.file.name, field(row, "target", row.target), field(row, "mjd", row.mjd), field(row, "exposure", row.exposure), state(row)];
  row.line.replaceChildren(
    ...cells.map((content) => {
      const cell = document.createElement("td");
      cell.append(content);
      return cell;
    }),
  );
  document.getElementById("night-table").hidden = false;
}

function state(row) {
  const place = document.createElement("span");
  if (row.link) {
    const link = Object.assign(document.createElement("a"), { href: row.link, textContent: row.told });
    place.append(link);
  } else if (row.told) place.textContent = row.told;
  else if (!row.problems.length) place.textContent = "ready";
  for (const { problem, fix } of row.told ? [] : row.problems) {
    place.append(problem, " ");
    if (!fix) continue;
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: fix.label });
    button.addEventListener("click", () => {
      fix.apply();
      look(row);
    });
    place.append(button, " ");
  }
  return place;
}

function tell(row, told, link = "") {
  Object.assign(row, { told, link });
  show(row);
}

async function send(row) {
  const order = new FormData();
  const given = form.elements;
  const fields = { target: row.target, mjd: row.mjd, exposure_time: row.exposure || 0, match_radius: given.matchDist.value, filter: given.forceFilter.value, colour: given.colour.value, used_filter: given.usedFilter.value || row.filter || "", dry_run: given.dryRun.checked ? 1 : 0, hashtag: given.hashtag?.value ?? "" };
  for (const [name, value] of Object.entries(fields)) order.append(name, value);
  order.append("catalogue", row.file);
  const answer = await sent(row, order);
  const job = await answer.json();
  if (!answer.ok) return tell(row, job.detail);
  await follow(row, job);
}

async function sent(row, order) {
  tell(row, "sending");
  const answer = await fetch(`${root}/api/v1/uploads`, { method: "POST", body: order });
  if (answer.status !== 429) return answer;
  const pause = Number(answer.headers.get("Retry-After"));
  tell(row, `many at once: sent again in ${pause} s`);
  await new Promise((again) => setTimeout(again, 1000 * pause));
  return sent(row, order);
}

function follow(row, job) {
  return new Promise((ended) => {
    const source = new EventSource(new URL(job.events).pathname);
    source.addEventListener("job", (event) => {
      const now = JSON.parse(event.data);
      if (now.state === "waiting") return tell(row, now.stages.at(-1).stage, `${root}/job/${now.id}`);
      source.close();
      const point = now.observation;
      const told = point ? `${point.limit ? ">" : ""}${point.mag.toFixed(3)} ${point.survey}/${point.band}` : now.message;
      tell(row, told, point ? `${root}/calibration/${now.id}` : `${root}/job/${now.id}`);
      ended();
    });
  });
}

async function sendAll() {
  const waiting = [...rows.values()].filter((row) => !row.told && !row.problems.length);
  const worker = async () => {
    for (let row = waiting.shift(); row; row = waiting.shift()) await send(row);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

zone.hidden = false;
zone.addEventListener("dragover", (event) => event.preventDefault());
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  take(event.dataTransfer.files);
});
document.getElementById("night-files").addEventListener("change", (event) => take(event.target.files));
document.getElementById("night-send").addEventListener("click", sendAll);
form.elements.sexCat.addEventListener("change", async (event) => {
  const known = await readHeader(event.target.files[0]);
  if (known.mjd && !form.elements.MJD.value) form.elements.MJD.value = known.mjd.toFixed(6);
  if (known.filter && !form.elements.usedFilter.value) form.elements.usedFilter.value = known.filter;
  if (known.exposure && form.elements.expTime.value === "0") form.elements.expTime.value = known.exposure;
});
