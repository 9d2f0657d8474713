// The agenda beside a call: another day shows without leaving the form, and a slot's window starts with what was already
// typed of the caller. Without this module the same links load the page, where the draft waits.

const PATIENCE_MS = 15_000;

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-beside]");
  if (!link || event.defaultPrevented || event.button > 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const rel = link.getAttribute("rel");
  try {
    const answer = await fetch(link.href, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const block = document.getElementById("agenda-du-jour");
    block.replaceChildren(...document.adoptNode(page.getElementById("agenda-du-jour")).childNodes);
    // The page keeps itself up to date from its own address.
    const address = new URL(location.href);
    address.searchParams.set("jour", new URL(link.href).searchParams.get("jour"));
    history.replaceState(null, "", address);
    (block.querySelector(rel ? `[data-beside][rel="${rel}"]` : "[data-beside]") ?? block).focus();
  } catch {
    location.assign(link.href);
  }
});

document.addEventListener("permanence:window", ({ detail: dialog }) => {
  const call = document.querySelector("form[data-call-form]");
  const booking = dialog.querySelector(".appointment-form");
  if (!call || !booking?.action.endsWith("/agenda/rendez-vous")) return;
  for (const name of ["nom", "prenom", "telephone", "motif", "adresse"]) {
    const field = booking.elements[name];
    const said = call.elements[name]?.value.trim();
    // What is filled in is no typing of the window's own: it may be closed without a question.
    if (field && said && !field.value) field.value = field.defaultValue = said;
  }
});
