// Shows what rings within a second: it asks more than once a second while the page is looked at, and the usual answer is empty.
//
// <div id="appels" data-ringing="/standard/appels/etat" data-version="…"> is replaced by what the server sends when it
// differs. Without this module the block is as old as the page.

const EACH_MS = 450;
const HIDDEN_MS = 2000;
const LOST_MS_MAX = 15_000;

const box = document.getElementById("appels");
let failures = 0;
let timer = 0;
let busy = false;

if (box) {
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) plan(0);
  });
  plan(EACH_MS);
}

function plan(ms) {
  clearTimeout(timer);
  timer = setTimeout(ask, ms * (0.9 + Math.random() * 0.2));
}

async function ask() {
  if (busy) return;
  busy = true;
  try {
    const state = new URL(box.dataset.ringing, location.href);
    state.searchParams.set("depuis", box.dataset.version);
    const answer = await fetch(state, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(10_000) });
    // `live.js` says that the session is over.
    if (answer.status === 401 || answer.type === "opaqueredirect") return;
    if (answer.status === 200) show(await answer.text());
    else if (answer.status !== 204) throw new Error(`status ${answer.status}`);
    failures = 0;
  } catch {
    failures += 1;
  } finally {
    busy = false;
  }
  const each = document.hidden ? HIDDEN_MS : EACH_MS;
  plan(failures ? Math.min(each * 2 ** failures, LOST_MS_MAX) : each);
}

function show(html) {
  const next = new DOMParser().parseFromString(html, "text/html").getElementById("appels");
  if (!next) return;
  box.dataset.version = next.dataset.version;
  if (next.innerHTML === box.innerHTML) return;
  // Whoever stands on a button with the keyboard stays there.
  const form = box.contains(document.activeElement) ? document.activeElement.closest("form")?.getAttribute("action") : null;
  box.replaceChildren(...document.adoptNode(next).childNodes);
  if (form) box.querySelector(`form[action="${CSS.escape(form)}"] button`)?.focus();
}
