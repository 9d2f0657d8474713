// The keyboard and the finger on a fax: each key stands for a link of the page (data-key), a swipe for « Précédente » and
// « Suivante ». The next page takes the place of this one without a new screen; without this module the links lead there.

const PLACE = "fax";
const SWIPE_PX = 60;

function link(key) {
  return document.querySelector(`#${PLACE} a[data-key="${CSS.escape(key)}"]`);
}

function typing(element) {
  return element instanceof HTMLElement && element.closest("input, textarea, select, [contenteditable]");
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
  const target = link(event.key.length === 1 ? event.key.toLowerCase() : event.key);
  if (!target) return;
  event.preventDefault();
  follow(target);
});

document.addEventListener("click", (event) => {
  const target = event.target.closest?.(`#${PLACE} a[href]`);
  if (!target || event.button || event.ctrlKey || event.metaKey || event.shiftKey || !within(target)) return;
  event.preventDefault();
  follow(target);
});

// The pages of this fax are shown in place; paper, the original and everything else are pages of their own.
function within(target) {
  return target.pathname === location.pathname && target.origin === location.origin;
}

let asked = 0;
let shown = pageShown();

function pageShown() {
  return Number(new URLSearchParams(location.search).get("page"));
}

async function follow(target) {
  if (!within(target)) return location.assign(target.href);
  history.pushState(null, "", target.href);
  await show(target.dataset.key);
}

async function show(key) {
  const mine = ++asked;
  try {
    const answer = await fetch(location.href, { cache: "no-store", redirect: "manual" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    const old = document.getElementById(PLACE);
    old.replaceChildren(...document.adoptNode(page.getElementById(PLACE)).childNodes);
    // The focus goes on where the same link stands now, or to the page that is or was shown.
    const thumb = old.querySelectorAll(".fax-thumbs a")[shown - 1];
    (link(key ?? "") ?? old.querySelector("[aria-current]") ?? thumb ?? old.querySelector("a"))?.focus({ preventScroll: true });
    shown = pageShown();
    ahead();
  } catch {
    location.reload();
  }
}

addEventListener("popstate", () => show());

// The neighbours are fetched while this page is read.
function ahead() {
  for (const key of ["ArrowRight", "ArrowLeft"]) {
    const place = new URLSearchParams(link(key)?.search).get("page");
    if (place) new Image().src = `${location.pathname}/pages/${place}.png`;
  }
}

let start = null;
document.addEventListener("touchstart", (event) => {
  start = event.touches.length === 1 && event.target.closest?.("[data-swipe]") ? event.touches[0] : null;
}, { passive: true });
document.addEventListener("touchend", (event) => {
  if (!start || (window.visualViewport?.scale ?? 1) > 1.05) return;
  const end = event.changedTouches[0];
  const [across, down] = [end.clientX - start.clientX, end.clientY - start.clientY];
  start = null;
  if (Math.abs(across) < SWIPE_PX || Math.abs(across) < 2 * Math.abs(down)) return;
  const target = link(across < 0 ? "ArrowRight" : "ArrowLeft");
  if (target) follow(target);
});

ahead();
