// A whole night at once: files are dropped, checked, tried, and kept or sent. The list survives a reload.
import { again, ended, found, sent, stored } from "./sending.js";
import { each, looked, paired, stem } from "./frames.js";
import { summary } from "./summary.js";
import { showRow } from "./table.js";

const SENT_AT_ONCE = 3;
const KEPT = ["key", "name", "target", "mjd", "by", "exposure", "job", "state"];

export class Night {
  // fields(): what all rows share: {filter, match_radius, colour, used_filter, hashtag}; told: {tried, kept, left, opened}
  constructor(zone, { target = "", fields, told }) {
    Object.assign(this, { zone, target, fields, told, rows: new Map(), root: zone.dataset.root });
    this.list = zone.querySelector("#night-list");
    this.shelf = `cpcs-night:${this.root}:${target}`;
    this.acts = {
      changed: (row, name, value) => this.change(row, name, value),
      removed: (row) => this.remove(row),
      fixed: (row, fix) => (fix.apply(), this.look(row)),
      sentAgain: (row) => this.sendAgain(row),
      opened: (row, event) => told.opened?.(row, event),
    };
    zone.hidden = false;
  }

  async take(files) {
    this.say("Reading the files …");
    const { frames, headers, left } = await paired([...files]);
    for (const frame of frames) this.add(frame);
    for (const row of this.rows.values()) if (!row.mjd && headers.has(stem(row.name))) Object.assign(row, headers.get(stem(row.name)));
    await each([...this.rows.values()].filter(({ state }) => state === "new"), (row) => this.look(row));
    this.say(left.length ? `Left out: ${left.map(({ name, why }) => `${name} (${why})`).join("; ")}.` : "");
  }

  add(frame) {
    const before = [...this.rows.values()].find(({ name }) => name === frame.name);
    if (before && ["kept", "waiting"].includes(before.state) && before.key === frame.key) return;
    if (before) this.remove(before);
    frame.target = this.target;
    this.rows.set(frame.key, frame);
  }

  say(text) {
    this.zone.querySelector("#night-told").textContent = text;
    this.zone.querySelector("#night-orders").hidden = !this.rows.size && !text;
  }

  async look(row) {
    if (row.file) await looked(this.root, row);
    this.show(row);
  }

  show(row) {
    if (!this.rows.has(row.key)) return;
    showRow(this.list, row, this.acts, this.root);
    this.zone.querySelector("#night-orders").hidden = false;
    this.keepList();
  }

  change(row, name, value) {
    Object.assign(row, { [name]: value, told: "", job: "", point: null, state: "new" });
    if (name === "mjd") row.by = "";
    this.told.left?.(row);
    return this.look(row);
  }

  remove(row) {
    row.line?.remove();
    this.rows.delete(row.key);
    this.told.left?.(row);
    this.keepList();
    this.say("");
  }

  clear() {
    for (const row of this.rows.values()) this.remove(row);
  }

  retarget(name) {
    return each([...this.rows.values()].filter(({ file, state }) => file && state !== "kept"), (row) => this.change(row, "target", name));
  }

  // The frames that can be sent.
  ready() {
    return [...this.rows.values()].filter(({ state, problems, file }) => file && state === "new" && !problems.length);
  }

  async send(dry) {
    const waiting = this.ready();
    const worker = async () => {
      for (let row = waiting.shift(); row; row = waiting.shift()) await this.sendOne(row, dry);
    };
    await Promise.all(Array.from({ length: SENT_AT_ONCE }, worker));
    this.sum();
  }

  async sendOne(row, dry) {
    const { used_filter: used, ...shared } = this.fields();
    Object.assign(row, { state: "waiting", dry });
    this.tell(row, "sending");
    const order = { ...shared, used_filter: used || row.filter || "", target: row.target, mjd: row.mjd, exposure_time: row.exposure || 0, dry_run: dry ? 1 : 0 };
    const { ok, content } = await sent(this.root, row, order, (words) => this.tell(row, words));
    if (!ok) return this.fail(row, content.detail);
    row.job = content.id;
    return this.wait(row);
  }

  // Send what was refused once more: a job of its own, not the answer of the first.
  async sendAgain(row) {
    Object.assign(row, { state: "new", told: "", job: "", attempt: (row.attempt ?? 0) + 1 });
    await this.look(row);
    if (!row.problems.length) await this.sendOne(row, row.dry);
    this.sum();
  }

  // Keep the dry runs, as they were calibrated.
  async keep() {
    const tried = [...this.rows.values()].filter(({ state }) => state === "tried");
    await each(tried, (row) => this.keepOne(row));
    this.sum();
  }

  async keepOne(row) {
    this.tell(row, "being stored");
    const { ok, content } = await again(this.root, row.job, { keep: true }, this.fields().hashtag, (words) => this.tell(row, words));
    if (!ok) return this.tell(row, content.detail);
    row.job = content.id;
    return this.wait(row);
  }

  async wait(row) {
    const job = await ended(this.root, row.job, (words) => this.tell(row, words));
    this.settle(row, job);
  }

  settle(row, job) {
    if (!job.observation) return this.fail(row, job.hint ? `${job.message} ${job.hint}.` : job.message);
    const stored = job.observation.id > 0;
    Object.assign(row, { point: job.observation, told: null, state: stored ? "kept" : "tried" });
    this.show(row);
    return stored ? this.told.kept?.(row) : this.told.tried?.(row);
  }

  // A point of the list was taken off its light curve.
  gone(number) {
    for (const row of this.rows.values()) {
      if (row.point?.id !== number) continue;
      Object.assign(row, { point: null, state: "gone" });
      this.tell(row, "deleted since");
    }
  }

  fail(row, words) {
    row.state = "failed";
    this.told.left?.(row);
    this.tell(row, words);
  }

  tell(row, words) {
    row.told = words;
    this.show(row);
  }

  sum() {
    this.say(summary([...this.rows.values()]));
  }

  keepList() {
    const kept = [...this.rows.values()].filter(({ job }) => job).map((row) => Object.fromEntries(KEPT.map((name) => [name, row[name]])));
    if (kept.length) localStorage.setItem(this.shelf, JSON.stringify(kept));
    else localStorage.removeItem(this.shelf);
  }

  // Show the list as it was before the page was left; what was under way goes on.
  async recall() {
    const kept = JSON.parse(localStorage.getItem(this.shelf) ?? "[]");
    await each(kept, async (row) => {
      const job = await found(this.root, row.job);
      if (!job) return;
      this.rows.set(row.key, Object.assign(row, { problems: [] }));
      if (job.state === "waiting") return void this.wait(row);
      this.settle(row, job);
      if (!row.point?.id) return;
      const now = await stored(this.root, row.point.id);
      if (now) this.settle(Object.assign(row, { job: now.calibration }), { observation: now });
      else this.gone(row.point.id);
    });
    if (this.rows.size) this.sum();
  }
}
