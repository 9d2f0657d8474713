// Opens the window of a slot in a dialog over the agenda, and sends the agenda's forms without leaving the page: scroll and
// focus stay. Without this module the same links and forms lead to whole pages.
//
// a[data-window], form[data-window] (GET): what they lead to is shown in the dialog.
// form[data-in-place]: posted; an answer with [data-window-content] goes into the dialog, one with the agenda into the page.

const PATIENCE_MS = 15_000;

let dialog = null;
let back = null;

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button > 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const close = event.target.closest("dialog [data-close]");
  if (close) {
    event.preventDefault();
    close.closest("dialog").close();
    return;
  }
  const link = event.target.closest("a[data-window]");
  if (!link) return;
  event.preventDefault();
  open(link.href, link);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.native || event.defaultPrevented) return;
  if (form.matches("form[data-window]")) {
    event.preventDefault();
    const address = new URL(form.action);
    address.search = new URLSearchParams(new FormData(form)).toString();
    open(address.href, event.submitter);
  } else if (form.matches("form[data-in-place]") && (form.closest("dialog") || document.getElementById("agenda-grille"))) {
    event.preventDefault();
    send(form, event.submitter);
  } else if (form.closest(".flash") && document.getElementById("agenda-grille")) {
    event.preventDefault();
    send(form, event.submitter);
  }
});

async function open(address, opener) {
  back = keyOf(opener) ?? keyOf(document.activeElement);
  try {
    await take(await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) }));
  } catch {
    location.assign(address);
  }
}

async function send(form, submitter) {
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  const trouble = form.closest("dialog")?.querySelector("#creneau-etat") ?? document.querySelector(".live p");
  try {
    const body = new URLSearchParams(new FormData(form, submitter));
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body, signal: AbortSignal.timeout(PATIENCE_MS) });
    // The session is over: the browser's own way leads to sign-in and back with what was typed.
    if (answer.status === 401) {
      form.dataset.native = "1";
      form.requestSubmit(submitter ?? undefined);
      return;
    }
    back = keyOf(submitter) ?? back;
    await take(answer);
  } catch {
    if (trouble) trouble.textContent = "Connexion perdue : rien n’a été enregistré. Réessayez.";
  } finally {
    delete form.dataset.busy;
  }
}

// Shows an answer where it belongs.
async function take(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const content = page.querySelector("[data-window-content]");
  if (content) return show(content);
  if (page.getElementById("agenda-grille")) {
    if (!document.getElementById("agenda-grille")) return location.assign(answer.url);
    return renew(page, new URL(answer.url));
  }
  const main = page.querySelector("main > :not(.banner)");
  if (answer.ok || !main) return location.assign(answer.url);
  show(main);
}

function show(content) {
  dialog ??= make();
  dialog.replaceChildren(document.adoptNode(content));
  dialog.setAttribute("aria-label", content.querySelector("h1")?.textContent ?? "");
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  document.dispatchEvent(new CustomEvent("permanence:window", { detail: dialog }));
  const first = dialog.querySelector("[autofocus]") ?? dialog.querySelector("input:not([type=hidden]), .button");
  first?.focus();
  if (first?.select && first.value) first.select();
}

function make() {
  const made = document.createElement("dialog");
  document.body.append(made);
  made.addEventListener("cancel", (event) => {
    if (typed(made) && !confirm("Abandonner ce qui est saisi ?")) event.preventDefault();
  });
  made.addEventListener("click", (event) => {
    if (event.target === made && !typed(made)) made.close();
  });
  made.addEventListener("close", () => {
    made.replaceChildren();
    restore(back);
  });
  return made;
}

// Whether a form of the dialog holds more than it came with.
function typed(inside) {
  return [...inside.querySelectorAll("input:not([type=hidden]), textarea")].some((field) =>
    field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue,
  );
}

// The agenda as an action left it: every [data-live] is replaced by its namesake, what the action did is said on top.
function renew(page, address) {
  const slot = address.searchParams.get("creneau");
  if (slot) back = `[data-slot="${CSS.escape(slot)}"]`;
  for (const old of document.querySelectorAll("main [data-live]")) {
    const next = page.getElementById(old.id);
    if (next) old.replaceChildren(...document.adoptNode(next).childNodes);
  }
  for (const old of document.querySelectorAll("main > .flash, .agenda-beside .flash")) old.remove();
  const flash = page.querySelector("main > .flash");
  if (flash) document.querySelector(".agenda").before(document.adoptNode(flash));
  for (const name of ["fait", "jeton", "creneau", "rien"]) address.searchParams.delete(name);
  history.replaceState(null, "", address);
  document.title = page.title;
  if (dialog?.open) dialog.close();
  else restore(back);
  document.dispatchEvent(new Event("permanence:changed"));
}

function keyOf(element) {
  const slot = element?.closest?.(".slot")?.querySelector("[data-slot]") ?? element?.closest?.("[data-slot]");
  if (slot) return `[data-slot="${CSS.escape(slot.dataset.slot)}"]`;
  return element?.id && !element.closest("dialog") ? `#${CSS.escape(element.id)}` : null;
}

function restore(key) {
  if (key) document.querySelector(`#agenda-grille ${key}, main ${key}`)?.focus({ preventScroll: false });
}
