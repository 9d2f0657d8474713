// The call form: Ctrl+Enter sends, a second click does not; models of text go in with their holes; and what is typed is kept
// by the server as one types, so that a lost page, another device or an ended session costs nothing.
//
// While the server can't be reached the draft stays in this tab, with the form's one-time number: were it sent after all,
// sending it again counts once. It goes when the page says that the message was sent, and when the person signs out.

const PAUSE_MS = 700;
const RETRY_MS = 5000;
const HOLE = "…";

const form = document.querySelector("form[data-call-form]");
if (form) start(form);

function start(form) {
  const key = `brouillon:${form.dataset.callForm}`;
  const note = form.querySelector("[data-draft]");
  const send = form.querySelector("button.main");
  const text = form.elements.texte;
  let timer = 0;
  let changes = 0;
  let sent = false;

  const kept = read();
  // A page that was there before the draft says nothing about it.
  if (kept?.sent && kept.page !== location.href && document.querySelector(".flash.done")) sessionStorage.removeItem(key);
  else if (kept && (untouched() || kept.unique === form.elements.unique.value)) {
    restore(kept);
    changed();
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(send);
    }
  });
  form.addEventListener("submit", (event) => {
    // « Insérer » and « Effacer » send the form too, without JavaScript; the one with it inserts here.
    if (event.submitter?.name === "inserer") {
      event.preventDefault();
      return insert();
    }
    // A document is kept by the server, and the form comes back with all that was typed.
    if (["effacer", "joindre", "retirer"].includes(event.submitter?.name)) {
      clearTimeout(timer);
      timer = 0;
      return sessionStorage.removeItem(key);
    }
    if (sent) return event.preventDefault();
    sent = true;
    clearTimeout(timer);
    write(true);
    send.classList.add("busy");
  });
  // Back from the browser's own page for a lost connection: the form may be sent again. So it may where the page found the
  // server away and did not leave.
  addEventListener("pageshow", unsent);
  form.addEventListener("permanence:unsent", () => {
    unsent();
    changed();
  });
  // What was typed in the last moments before the tab is closed.
  addEventListener("pagehide", () => {
    if (timer && !sent) fetch(form.dataset.draftHref, { method: "POST", body: new URLSearchParams(fields()), keepalive: true });
  });

  const attach = form.querySelector("[data-attach]");
  attach?.addEventListener("change", () => attach.value && form.requestSubmit(form.elements.joindre));

  const models = form.elements.modele;
  models?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    insert();
  });
  // Tab goes from hole to hole, then on to the next field as ever.
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.ctrlKey || event.altKey || event.metaKey) return;
    const next = event.shiftKey
      ? text.value.lastIndexOf(HOLE, text.selectionStart - 1)
      : text.value.indexOf(HOLE, text.selectionEnd);
    if (next < 0 || (event.shiftKey && text.selectionStart === 0)) return;
    event.preventDefault();
    text.setSelectionRange(next, next + HOLE.length);
  });

  function unsent() {
    sent = false;
    send.classList.remove("busy");
  }

  function insert() {
    const model = models.selectedOptions[0]?.dataset.text;
    if (!model) return;
    const before = text.value.slice(0, text.selectionStart);
    const words = before && !/\s$/.test(before) ? `\n${model}` : model;
    text.focus();
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
    const hole = text.value.indexOf(HOLE, before.length);
    if (hole >= 0) text.setSelectionRange(hole, hole + HOLE.length);
    models.selectedIndex = 0;
    changed();
  }

  function changed() {
    changes += 1;
    write(false);
    note.textContent = "";
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  }

  async function save() {
    timer = 0;
    const mine = changes;
    try {
      const answer = await fetch(form.dataset.draftHref, {
        method: "POST",
        body: new URLSearchParams(fields()),
        redirect: "manual",
        signal: AbortSignal.timeout(15_000),
      });
      if (sent || mine !== changes) return;
      if (answer.status === 401) return signedOut();
      if (answer.status !== 204) throw new Error(`status ${answer.status}`);
      sessionStorage.removeItem(key);
      note.textContent = "Brouillon enregistré.";
    } catch {
      if (sent || mine !== changes) return;
      note.textContent = "Connexion perdue : le brouillon reste dans cet onglet.";
      timer = setTimeout(save, RETRY_MS);
    }
  }

  function signedOut() {
    const link = document.createElement("a");
    link.href = `/connexion?retour=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = "Se reconnecter";
    note.replaceChildren("Session terminée : le brouillon reste dans cet onglet. ", link);
  }

  function fields() {
    return [...new FormData(form)].filter(([, value]) => typeof value === "string");
  }

  function read() {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function write(sending) {
    const draft = { sent: sending, fields: fields(), unique: form.elements.unique.value, page: location.href };
    sessionStorage.setItem(key, JSON.stringify(draft));
  }

  // What the server sent back filled in is newer than any draft.
  function untouched() {
    const typed = form.querySelectorAll('input:not([type="hidden"], [type="radio"], [type="checkbox"]), textarea');
    return [...typed].every((field) => !field.value) && !form.querySelector("[aria-invalid]");
  }

  function restore(draft) {
    for (const box of form.querySelectorAll('input[type="checkbox"]')) box.checked = false;
    for (const [name, value] of draft.fields) {
      if (name === "consigne" || name === "piece") continue;
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "checkbox" || field.type === "radio") field.checked = field.value === value || field.checked;
        else if (field.tagName !== "BUTTON") field.value = value;
      }
    }
  }
}
