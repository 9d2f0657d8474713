// The console by keyboard: « / » goes to the search, what is typed narrows the list at once, arrows walk it, Enter opens.
//
// Without this module the search is a plain form. At an abonné's card « / » leads to the console.

const field = document.querySelector('form.search input[name="q"][id="q"]');
const PAUSE_MS = 60;
let timer = 0;
let asked = 0;

addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
  event.preventDefault();
  if (field) field.select();
  else location.assign("/standard");
});

if (field) {
  const list = document.getElementById("liste") ?? document.getElementById("choix");
  const links = () => [...(list?.querySelectorAll("tbody th a, li > a") ?? [])];
  if (document.activeElement === document.body) field.focus();
  if (document.getElementById("liste")) field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(event, 0);
    // What is typed may be ahead of the list: then the form is sent, and the page it brings is right.
    if (event.key === "Enter" && links().length && list.dataset.query === field.value) {
      event.preventDefault();
      links()[0].click();
    }
  });
  list?.addEventListener("keydown", (event) => {
    const place = links().indexOf(document.activeElement);
    if (place < 0) return;
    if (event.key === "ArrowDown") move(event, Math.min(place + 1, links().length - 1));
    if (event.key === "ArrowUp") place === 0 ? (event.preventDefault(), field.focus()) : move(event, place - 1);
  });

  function move(event, place) {
    event.preventDefault();
    links()[place]?.focus();
  }

  async function find() {
    const query = field.value;
    const mine = ++asked;
    const address = new URL(location.href);
    address.search = query.trim() ? new URLSearchParams({ q: query }) : "";
    try {
      const answer = await fetch(address, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(10_000) });
      if (!answer.ok || mine !== asked) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const id of ["liste", "abonnes"]) {
        const next = fresh.getElementById(id);
        if (next) document.getElementById(id)?.replaceChildren(...document.adoptNode(next).childNodes);
      }
      list.dataset.query = query;
      // Live news then fetch what is looked at.
      history.replaceState(history.state, "", address);
    } catch {
      // Enter still sends the form.
    }
  }
}

function typing(element) {
  return element instanceof Element && element.matches("input, textarea, select, [contenteditable]");
}
