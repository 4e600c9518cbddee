// Talks to the server of a frame: tries it, sends it, keeps it, waits for its end. Nothing is sent twice for one wish.
const PAUSE = 3000;
const LARGE = 2e6; // bytes

const waited = (time) => new Promise((over) => setTimeout(over, time));

// Return the job that a wish has become; sent again where the server is away or asks to wait.
export async function asked(address, options, tell) {
  for (;;) {
    let answer = null;
    try {
      answer = options.body instanceof FormData ? await posted(address, options, tell) : await fetch(address, options);
    } catch {
      tell("the server is away: it is sent again");
    }
    const wait = Number(answer?.headers.get("Retry-After"));
    if (answer && answer.status !== 429 && answer.status !== 503) return { ok: answer.ok, content: await answer.json() };
    if (answer) tell(`many at once: sent again in ${wait || PAUSE / 1000} s`);
    await waited(wait ? 1000 * wait : PAUSE);
  }
}

// As fetch, of a form with a file; tells how much of a large one is sent.
function posted(address, { body, headers }, tell) {
  return new Promise((over, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    for (const [name, value] of Object.entries(headers ?? {})) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      if (total > LARGE) tell(loaded < total ? `sending, ${Math.floor((100 * loaded) / total)} % of ${(total / 1e6).toFixed(0)} MB` : "being kept");
    });
    request.addEventListener("load", () => over(new Response(request.responseText, { status: request.status, headers: retryOf(request) })));
    request.addEventListener("error", () => failed(new TypeError("the server is away")));
    request.send(body);
  });
}

function retryOf(request) {
  const wait = request.getResponseHeader("Retry-After");
  return wait ? { "Retry-After": wait } : {};
}

// Send a frame: as a dry run, or to be stored. The key makes a second sending the same job.
export function sent(root, row, fields, tell) {
  const order = new FormData();
  for (const [name, value] of Object.entries(fields)) order.append(name, value);
  order.append("catalogue", row.file, row.name);
  return asked(`${root}/api/v1/uploads`, { method: "POST", body: order, headers: { "Idempotency-Key": `${row.key}:${row.attempt ?? 0}` } }, tell);
}

// Calibrate an upload again: {keep: true}, {filter, match_radius}; done when it answers.
export function again(root, job, wish, hashtag, tell = () => {}) {
  const headers = { "Content-Type": "application/json" };
  if (hashtag) headers.Authorization = `Bearer ${hashtag}`;
  return asked(`${root}/api/v1/calibrations/${job}/again`, { method: "POST", body: JSON.stringify(wish), headers }, tell);
}

// Take an observation off its light curve, or put it back.
export function changed(root, number, method, hashtag) {
  const path = method === "DELETE" ? "" : "/restore";
  const headers = hashtag ? { Authorization: `Bearer ${hashtag}` } : {};
  return asked(`${root}/api/v1/observations/${number}${path}`, { method, headers }, () => {});
}

// Wait for a job's end; tell of its stages. A lost connection is made again.
export function ended(root, job, tell) {
  return new Promise((over) => {
    const listen = () => {
      const source = new EventSource(`${root}/api/v1/jobs/${job}/events`);
      source.addEventListener("job", (event) => {
        const now = JSON.parse(event.data);
        if (now.state === "waiting") return tell(now.stages.at(-1).stage);
        source.close();
        return over(now);
      });
      source.addEventListener("error", () => {
        if (source.readyState === EventSource.CLOSED) setTimeout(listen, PAUSE);
      });
    };
    listen();
  });
}

// Return how a job stands now; null where there is none any more.
export async function found(root, job) {
  const answer = await fetch(`${root}/api/v1/jobs/${job}`);
  return answer.ok ? answer.json() : null;
}

// Return an observation as its light curve has it now; null where it is gone.
export async function stored(root, number) {
  const answer = await fetch(`${root}/api/v1/observations/${number}`);
  return answer.ok ? answer.json() : null;
}
