// Keeps a signed-in page true: up to date while it is open, safe while the server is away, and gone when its reader has
// signed out.
//
// Up to date without reloading: it asks every two seconds whether anything changed, and only then fetches the page.
//
// <div data-live-state="/messages/etat" data-version="…" data-urgent="0"> in the bar says where to ask and what is shown.
// GET {state}?depuis={version}: 204 when nothing changed, else 200 {"version", "pending", "urgent"}; 401 when signed out.
// Then the page's own address is fetched and every [data-live] is replaced by its namesake (by id): ticks, focus, scroll
// and the marks « nouveau » stay. Without this module the page is the same, and as old as its last load.
//
// Safe: before the browser leaves the page for a form, the server is asked whether it is there. While it is not, the page says
// so and stays, with all that was typed: the browser's own error page would be the end of it, since what must not be stored
// is not there to go back to. Pages without a state of their own ask now and then too, so that they say so before.
//
// Gone: the drafts go with who signs out, and going back shows nothing of it. Browsers may keep whole pages alive for
// « back », whatever Cache-Control says. A page that comes back so is hidden until it is known that its reader still may see
// it: it is loaded anew, or, where something was typed into it, the server is asked. Over HTTPS the answer to signing out
// empties those pages too (Clear-Site-Data); this is for plain HTTP. One file for both, for each file is a request of a
// first visit, which has six.

const SEEN_MS = 2000;
const HIDDEN_MS = 30_000;
const LOST_MS_MAX = 30_000;
const ASK_MS = 10_000;
const PATIENCE_MS = 5000;
const LOST = "Connexion perdue : nouvel essai en cours. Ce que vous voyez peut dater.";

// Whether the server was found away, by whoever asked last.
let away = false;

const box = document.querySelector("[data-live-state]");
if (box) start(box);
else watch();

function start(box) {
  const line = box.querySelector("p");
  let version = box.dataset.version;
  let urgent = Number(box.dataset.urgent) || 0;
  let failures = 0;
  let stale = false;
  let timer = 0;
  let busy = false;

  const alerts = alertsButton(box);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) plan(0);
  });
  plan(SEEN_MS);

  function plan(ms) {
    clearTimeout(timer);
    // Jitter, so that pages opened together do not go on asking together.
    timer = setTimeout(ask, ms * (0.9 + Math.random() * 0.2));
  }

  async function ask() {
    if (busy) return;
    busy = true;
    try {
      const state = new URL(box.dataset.liveState, location.href);
      state.searchParams.set("depuis", version);
      const answer = await fetch(state, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(15_000) });
      if (answer.status === 401 || answer.type === "opaqueredirect") return signedOut();
      if (answer.status === 404) return say("Cette page n’est plus à jour.", "Recharger", location.href);
      if (answer.status === 200) await changed(await answer.json());
      else if (answer.status !== 204) throw new Error(`status ${answer.status}`);
      if (stale && !document.hidden && !reading()) stale = !(await refresh());
      if (failures) say("");
      failures = 0;
      back();
      plan(document.hidden ? HIDDEN_MS : SEEN_MS);
    } catch {
      failures += 1;
      // One missed answer is no news.
      if (failures > 1) say(LOST);
      away = failures > 1;
      plan(Math.min(SEEN_MS * 2 ** failures, LOST_MS_MAX));
    } finally {
      busy = false;
    }
  }

  async function changed(state) {
    if (state.urgent > urgent) alerts.ring();
    urgent = state.urgent;
    // Nothing is fetched for a page that nobody looks at: a message counts as read when its row was shown.
    if (document.hidden) document.title = counted(document.title, state.pending);
    version = String(state.version);
    stale = true;
  }

  function signedOut() {
    say("Votre session est terminée.", "Se reconnecter", `/connexion?retour=${encodeURIComponent(location.pathname + location.search)}`);
  }

  function say(sentence, label, href) {
    line.textContent = sentence;
    if (!label) return;
    const link = document.createElement("a");
    link.href = href;
    link.textContent = label;
    line.append(" ", link);
  }
}

function counted(title, count) {
  const plain = title.replace(/^\(\d+\) /, "");
  return count > 0 ? `(${count}) ${plain}` : plain;
}

// Text being selected would be torn out of somebody's hands.
function reading() {
  const selection = document.getSelection();
  return Boolean(selection && !selection.isCollapsed && selection.anchorNode?.parentElement?.closest("[data-live]"));
}

// Fetches the page anew and puts what changed in its place. False when that did not work out.
async function refresh() {
  const answer = await fetch(location.href, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(15_000) });
  if (!answer.ok) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const ticked = new Set([...document.querySelectorAll("[data-live] input:checked")].map(keyOf));
  const marked = new Map([...document.querySelectorAll("tr[data-number]:has(.new)")].map((row) => [row.dataset.number, row]));
  const focused = focusKey();
  const scrolled = new Map([...document.querySelectorAll("[data-live] [id]")].map((element) => [element.id, element.scrollTop]));
  const anchor = [...document.querySelectorAll("tr[data-number]")].find((row) => row.getBoundingClientRect().bottom > 0);
  const top = anchor?.getBoundingClientRect().top;
  for (const old of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(old.id);
    if (next && next.innerHTML !== old.innerHTML) old.replaceChildren(...document.adoptNode(next).childNodes);
  }
  for (const tick of document.querySelectorAll("[data-live] input[type=checkbox]")) tick.checked = ticked.has(keyOf(tick));
  for (const [number, row] of marked) {
    const cell = document.querySelector(`tr[data-number="${CSS.escape(number)}"] .no`);
    if (cell && !cell.querySelector(".new")) cell.firstElementChild.after(row.querySelector(".new"));
  }
  for (const [id, top] of scrolled) if (top > 0) document.getElementById(id)?.scrollTo(0, top);
  if (focused && document.activeElement === document.body) document.querySelector(focused)?.focus({ preventScroll: true });
  const now = anchor && document.querySelector(`tr[data-number="${CSS.escape(anchor.dataset.number)}"]`);
  if (now && scrollY > 0) scrollBy({ top: now.getBoundingClientRect().top - top, behavior: "instant" });
  document.title = fresh.title;
  document.dispatchEvent(new Event("permanence:changed"));
  return true;
}

function keyOf(input) {
  return `${input.name}=${input.value}`;
}

function focusKey() {
  const element = document.activeElement;
  if (!element?.closest("[data-live]")) return null;
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.name) return `[name="${CSS.escape(element.name)}"][value="${CSS.escape(element.value)}"]`;
  const [name, value] = element.hasAttribute("href") ? ["href", element.getAttribute("href")] : ["formaction", element.getAttribute("formaction")];
  return value ? `[data-live] [${name}="${CSS.escape(value)}"]` : null;
}

// « Activer les alertes »: a sound and, where the browser allows it, a notification for urgent messages. Both are off until
// somebody asks for them, and neither says anything of the message.
function alertsButton(box) {
  const KEY = "alertes";
  let audio = null;
  let on = localStorage.getItem(KEY) === "oui";
  const button = document.createElement("button");
  button.type = "button";
  box.append(button);
  show();
  button.addEventListener("click", async () => {
    on = !on;
    localStorage.setItem(KEY, on ? "oui" : "non");
    show();
    if (!on) return;
    await unlock();
    beep();
    if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
  });
  // Browsers let a page sound only after a gesture; any will do.
  for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => on && unlock(), { once: true });

  function show() {
    button.replaceChildren(icon(on ? "bell" : "sound"), document.createElement("span"));
    button.lastChild.textContent = on ? "Couper les alertes" : "Activer les alertes";
  }

  async function unlock() {
    audio ??= new AudioContext();
    if (audio.state === "suspended") await audio.resume();
  }

  function beep() {
    if (audio?.state !== "running") return;
    for (const [at, pitch] of [[0, 880], [0.18, 1175]]) {
      const tone = new OscillatorNode(audio, { frequency: pitch });
      const volume = new GainNode(audio, { gain: 0 });
      const start = audio.currentTime + at;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.2, start + 0.02);
      volume.gain.linearRampToValueAtTime(0, start + 0.16);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.17);
    }
  }

  function ring() {
    if (!on) return;
    beep();
    if ("Notification" in window && Notification.permission === "granted") {
      const notice = new Notification("Message urgent", { body: "Un message urgent vous attend.", tag: "urgent" });
      notice.addEventListener("click", () => {
        window.focus();
        notice.close();
      });
    }
  }

  return { ring };
}

// An icon of the sprite that the page uses already.
function icon(name) {
  const known = document.querySelector("svg.i");
  const copy = known.cloneNode(true);
  const use = copy.querySelector("use");
  use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#${name}`);
  return copy;
}

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.documentElement.hidden = true;
  if (typed()) stillSignedIn();
  else location.reload();
});

function typed() {
  return [...document.querySelectorAll("input:not([type=hidden]), textarea")].some((field) =>
    field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue,
  );
}

async function stillSignedIn() {
  try {
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store", redirect: "manual" });
    if (answer.ok) document.documentElement.hidden = false;
    else location.replace(`/connexion?retour=${encodeURIComponent(location.pathname + location.search)}`);
  } catch {
    // Nothing typed is thrown away because the line is down.
    setTimeout(stillSignedIn, SEEN_MS);
  }
}

// Any answer of the server itself will do; a proxy before it says 502, 503 or 504 in its place.
async function answers() {
  try {
    const answer = await fetch("/sante", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.status < 502;
  } catch {
    return false;
  }
}

// The line of the bar that says so; a page without a state of its own gets one.
function lostLine() {
  const known = document.querySelector(".live p");
  if (known) return known;
  const made = document.createElement("div");
  made.className = "live";
  const line = made.appendChild(document.createElement("p"));
  line.setAttribute("role", "status");
  document.querySelector("header.bar .house")?.after(made);
  return line;
}

// For a page without a state of its own.
function watch() {
  if (!document.querySelector("header.bar")) return;
  // There from the start: what appears together with its words is not read out.
  lostLine();
  let timer = setTimeout(look, ASK_MS);
  let looked = 0;
  let busy = false;
  // Who begins to type is told at once.
  document.addEventListener("input", () => Date.now() - looked > SEEN_MS && look());

  async function look() {
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    looked = Date.now();
    if (!document.hidden) {
      // One missed answer is no news.
      if (await answers()) back();
      else if (away) lostLine().textContent = LOST;
      else away = true;
    }
    busy = false;
    timer = setTimeout(look, away ? SEEN_MS : ASK_MS);
  }
}

// The server is there again.
function back() {
  away = false;
  for (const said of document.querySelectorAll("[data-unsent]")) said.remove();
  const line = lostLine();
  if (line.textContent === LOST) line.textContent = "";
}

// After everybody else has had the form: what a module sends by itself is its own to keep.
addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  event.preventDefault();
  if (form.dataset.asking) return;
  form.dataset.asking = "1";
  const there = await answers();
  delete form.dataset.asking;
  if (there) {
    back();
    leave(form, event.submitter);
  } else {
    away = true;
    unsent(form);
  }
});

// As the browser would have sent it, with the button that was pressed.
function leave(form, submitter) {
  if (form.getAttribute("action") === "/deconnexion") {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("brouillon:")) sessionStorage.removeItem(key);
  }
  const own = ["action", "method", "enctype"].map((name) => [name, form.getAttribute(name), submitter?.getAttribute(`form${name}`)]);
  for (const [name, , other] of own) if (other) form.setAttribute(name, other);
  const pressed = document.createElement("input");
  pressed.type = "hidden";
  if (submitter?.name) {
    pressed.name = submitter.name;
    pressed.value = submitter.value;
    form.append(pressed);
  }
  HTMLFormElement.prototype.submit.call(form);
  pressed.remove();
  for (const [name, before, other] of own) {
    if (!other) continue;
    if (before === null) form.removeAttribute(name);
    else form.setAttribute(name, before);
  }
}

function unsent(form) {
  const typedInto = form.querySelector("input:not([type=hidden]), textarea, select");
  if (!typedInto) {
    lostLine().textContent = LOST;
  } else {
    form.querySelector("[data-unsent]")?.remove();
    const said = document.createElement("p");
    said.className = "problem";
    said.dataset.unsent = "";
    said.setAttribute("role", "alert");
    form.append(said);
    said.textContent = "Le serveur ne répond pas : rien n’est parti, et ce que vous avez saisi est encore là. Réessayez dans un moment.";
  }
  form.dispatchEvent(new Event("permanence:unsent"));
}

// A link leads nowhere while the server is away, and what was typed here would be gone.
document.addEventListener("click", async (event) => {
  if (!away || event.defaultPrevented || event.button > 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.("a[href]");
  if (!link || link.origin !== location.origin || link.target || link.hasAttribute("download")) return;
  if (link.pathname === location.pathname && link.search === location.search && link.hash) return;
  event.preventDefault();
  if (await answers()) {
    back();
    location.assign(link.href);
  } else {
    lostLine().textContent = LOST;
  }
});
