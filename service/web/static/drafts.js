// Saves a form while it is typed: two seconds after typing stops, at most five after it began, and when the page is left.
// Without this, the button "Save and return later" does the same.
const form = document.querySelector("form[data-draft]");
const line = document.querySelector("[data-saved]");

if (form && line) {
  const heard = document.createElement("span");
  heard.className = "nhsuk-u-visually-hidden";
  heard.setAttribute("role", "status");
  const seen = document.createElement("span");
  seen.setAttribute("aria-hidden", "true");
  line.append(seen, heard);

  const key = `draft ${form.dataset.draft}`;
  const field = form.elements.draft_version;
  let version = Math.max(Number(field.value) || 0, Number(sessionStorage.getItem(key)) || 0);
  // A form that came back with problems was not saved as it is now.
  let before = document.querySelector(".nhsuk-error-summary") ? "" : written();
  let soon, latest, savedAt, toldAt = 0, busy = false, over = false;

  function written() {
    const skip = new Set(["csrf_token", "draft_version", "id"]);
    return JSON.stringify([...new FormData(form)].filter(([name, value]) => !skip.has(name) && typeof value === "string"));
  }

  function about() {
    const id = (form.elements.person_id?.value ?? "").split(".")[0];
    return /^[0-9a-f-]{36}$/.test(id) ? id : null;
  }

  function tell(words, aloud = true) {
    seen.textContent = words;
    // Once a minute is enough for somebody who listens.
    if (aloud && Date.now() - toldAt > 60_000) {
      heard.textContent = words;
      toldAt = Date.now();
    }
  }

  async function save(leaving = false) {
    clearTimeout(soon);
    clearTimeout(latest);
    soon = latest = undefined;
    const now = written();
    if (over || busy || now === before) return;
    busy = true;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "PUT",
        keepalive: leaving,
        headers: { "Content-Type": "application/json", "X-CSRF-Token": form.elements.csrf_token.value },
        body: JSON.stringify({ version: version || null, about_id: about(), fields: JSON.parse(now) }),
      });
      if (answer.ok) kept(now, (await answer.json()).version);
      else refused(answer.status);
    } catch {
      tell("Not saved yet. We will try again.");
      latest = setTimeout(save, 5000);
    } finally {
      busy = false;
    }
    if (!over && written() !== before) plan();
  }

  function kept(now, next) {
    before = now;
    version = next;
    field.value = next;
    sessionStorage.setItem(key, next);
    savedAt = Date.now();
    tell("Draft saved");
  }

  function refused(status) {
    over = status !== 503;
    toldAt = 0;
    if (status === 412) tell("Not saved: this draft was changed in another tab. Choose “Save and return later” to see both.");
    else if (status === 401 || status === 403) tell("Not saved: your session has ended. Your words stay here while this page is open.");
    else if (status === 404) tell("Not saved: this was sent or thrown away in another tab.");
    else if (over) tell("Not saved: the draft is too long, or has characters that cannot be kept.");
    else tell("Not saved yet. We will try again.");
  }

  function plan() {
    clearTimeout(soon);
    soon = setTimeout(save, 2000);
    latest ??= setTimeout(save, 4500);
  }

  function ago() {
    if (!savedAt || over || written() !== before) return;
    const seconds = Math.round((Date.now() - savedAt) / 1000);
    const minutes = Math.round(seconds / 60);
    const since = seconds < 60 ? `${seconds} second${seconds === 1 ? "" : "s"}` : `${minutes} minute${minutes === 1 ? "" : "s"}`;
    tell(`Saved ${since} ago`, false);
  }

  form.addEventListener("input", plan);
  form.addEventListener("change", plan);
  form.addEventListener("submit", () => { over = true; clearTimeout(soon); clearTimeout(latest); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
  addEventListener("pagehide", () => save(true));
  // Coming back with the browser's own button, the page starts where it was left.
  addEventListener("pageshow", (event) => { if (event.persisted) over = false; });
  setInterval(ago, 1000);
  if (!before) plan();
}
