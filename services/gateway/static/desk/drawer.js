// The drawer beside the light curve: a point's calibration, and what can be done about it.
import { again, changed } from "../night/sending.js";
import { toast } from "../page.js";

export class Drawer {
  // told: {kept(uploads, job), tried(job), left(upload)}
  constructor(place, root, told) {
    Object.assign(this, { place, root, told, upload: "", before: null, instead: "" });
    place.addEventListener("click", ({ target }) => this.click(target));
    place.addEventListener("submit", (event) => this.submit(event));
    document.addEventListener("keydown", ({ key }) => key === "Escape" && !document.querySelector("dialog[open]") && this.close());
  }

  // instead: the stored calibration that a what-if would take the place of.
  async open(upload, note = "", instead = "") {
    this.instead = instead;
    if (this.place.hidden) this.before = document.activeElement;
    this.upload = upload;
    const answer = await fetch(`${this.root}/calibration/${upload}/card`, { headers: { Accept: "text/html" } });
    if (this.upload !== upload) return;
    if (!answer.ok || answer.redirected) return void (location.href = `${this.root}/calibration/${upload}`);
    this.place.innerHTML = await answer.text(); // a page of our own, escaped by its template
    if (note) this.place.querySelector(".magnitude").insertAdjacentElement("afterend", Object.assign(document.createElement("p"), { className: "note", textContent: note }));
    this.place.hidden = false;
    this.place.scrollTop = 0;
    document.body.classList.add("drawer-open");
    this.place.focus({ preventScroll: true });
  }

  close() {
    if (this.place.hidden) return;
    this.place.hidden = true;
    this.upload = "";
    document.body.classList.remove("drawer-open");
    this.before?.focus?.({ preventScroll: true });
  }

  click(target) {
    if (target.closest("[data-close]")) return this.close();
    const act = target.closest("[data-act]")?.dataset.act;
    if (!act) return undefined;
    const { upload, observation } = target.closest("[data-upload]").dataset;
    const acts = { keep: () => this.keep(upload), forget: () => this.forget(upload), delete: () => this.remove(Number(observation)) };
    return acts[act]();
  }

  async keep(upload) {
    const { instead } = this;
    const { ok, content } = await again(this.root, upload, { keep: true });
    if (!ok) return toast(content.detail);
    const { id: number, revision } = content.observation ?? {};
    this.told.kept([upload, instead], content);
    toast(number ? `Stored as observation ${number}.` : "It is being stored.", "Undo", this.undo(number, revision, instead));
    return number ? this.open(content.id) : this.close();
  }

  // What takes a keeping back: the calibration that stood before, or none.
  undo(number, revision, instead) {
    if (instead) return () => this.keep(instead);
    return number && revision === 1 ? () => this.remove(number) : null;
  }

  forget(upload) {
    this.told.left(upload);
    this.close();
  }

  async remove(number) {
    const { ok, content } = await changed(this.root, number, "DELETE");
    if (!ok) return toast(content.detail);
    this.close();
    return toast(content.message, "Undo", async () => {
      const back = await changed(this.root, number, "POST");
      toast(back.content.message ?? back.content.detail);
    });
  }

  // Another filter or radius, in place: what it was stays to be read.
  async submit(event) {
    const form = event.target.closest("[data-again]");
    if (!form) return;
    event.preventDefault();
    const before = this.place.querySelector(".magnitude").innerText.replaceAll("\n", " ");
    const wish = Object.fromEntries(new FormData(form));
    const { ok, content } = await again(this.root, form.dataset.again, wish);
    if (!ok) return void toast(content.detail);
    this.told.tried(content);
    const { stands } = this.place.querySelector("[data-upload]").dataset;
    const instead = stands ? form.dataset.again : this.instead;
    await this.open(content.id, `Before: ${before}. Nothing is changed until you keep it.`, instead);
  }
}
