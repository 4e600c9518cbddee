// The place where a night is dropped, with its buttons.

// Let files be dropped on a place, which lights up while they are held over it.
export function droppable(place, take) {
  const over = (event, on) => {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    place.classList.toggle("over", on);
  };
  place.addEventListener("dragover", (event) => over(event, true));
  place.addEventListener("dragleave", (event) => place.contains(event.relatedTarget) || over(event, false));
  place.addEventListener("drop", (event) => {
    over(event, false);
    take(event.dataTransfer.files);
  });
}

// Wire the zone's own form and buttons; return what all rows share.
export function wire(zone, make) {
  const form = zone.querySelector("#night-for-all");
  const night = make(() => ({ filter: form.elements.filter.value, match_radius: form.elements.radius.value, hashtag: form.elements.hashtag?.value ?? "" }));
  const on = (id, act) => zone.querySelector(id).addEventListener("click", act);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.elements.target.addEventListener("change", (event) => night.retarget(event.target.value.trim()));
  on("#night-try", () => night.send(true));
  on("#night-send", () => night.send(false));
  on("#night-keep", () => night.keep());
  on("#night-clear", () => night.clear());
  return night;
}
