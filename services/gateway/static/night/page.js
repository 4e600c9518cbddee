// The upload page: one catalogue by the form, or a whole night below it.
import { inWords } from "./frames.js";
import { readHeader } from "./headers.js";
import { Night } from "./night.js";
import { asked } from "./sending.js";
import { droppable, wire } from "./zone.js";

const zone = document.getElementById("night");
const form = document.getElementById("upload");

const night = wire(zone, (shared) => new Night(zone, {
  target: zone.dataset.target,
  fields: () => ({ ...shared(), colour: form.elements.colour.value, used_filter: form.elements.usedFilter.value }),
  told: {},
}));

droppable(zone, (files) => night.take(files));
document.getElementById("night-files").addEventListener("change", (event) => night.take(event.target.files));
night.recall();

form.elements.sexCat.addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  const known = await readHeader(file);
  const given = form.elements;
  if (known.mjd && !given.MJD.value) given.MJD.value = known.mjd.toFixed(6);
  if (known.filter && !given.usedFilter.value) given.usedFilter.value = known.filter;
  if (known.exposure && given.expTime.value === "0") given.expTime.value = known.exposure;
  const sun = !known.mjd && known.solar ? `the header has only ${known.solar.name}, a time as at the Sun` : "";
  form.querySelector("[data-progress]").textContent = [known.by && `time by ${known.by}`, sun, inWords(known.image)].filter(Boolean).join("; ");
});

const LARGE = 2e6; // bytes: below that the answer is there at once

// A large file is sent with its progress told; then its job's page shows the stages.
form.addEventListener("submit", async (event) => {
  const [file] = form.elements.sexCat.files;
  if (!file || file.size < LARGE) return;
  event.preventDefault();
  const button = form.querySelector("button:not([type=button])");
  const told = form.querySelector("[data-progress]");
  button.disabled = true;
  const body = new FormData(form);
  const { ok, content } = await asked(`${zone.dataset.root}/api/v1/uploads`, { method: "POST", body, headers: {} }, (words) => (told.textContent = words));
  if (ok) location.assign(`${zone.dataset.root}/job/${content.id}`);
  told.textContent = ok ? "received" : [content.detail, content.hint].filter(Boolean).join(" ");
  told.classList.toggle("refused", !ok);
  button.disabled = false;
});
