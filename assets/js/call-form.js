// The call form: Ctrl+Enter sends, a second click does not, and what was typed outlives a lost connection or session.
//
// The draft is kept in this tab together with the form's one-time number: were it sent after all, sending it again counts
// once. It is dropped when the page says that the message was sent, and when the person signs out.

const form = document.querySelector("form[data-call-form]");
if (form) start(form);

function start(form) {
  const key = `brouillon:${form.dataset.callForm}`;
  const note = form.querySelector("[data-draft]");
  const send = form.querySelector("button.main");

  const kept = read();
  // A page that was there before the draft says nothing about it.
  if (kept?.sent && kept.page !== location.href && document.querySelector(".flash.done")) sessionStorage.removeItem(key);
  else if (kept && untouched()) restore(kept);

  form.addEventListener("input", () => write(false));
  form.addEventListener("change", () => write(false));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(send);
    }
  });
  form.addEventListener("submit", (event) => {
    if (send.disabled) return event.preventDefault();
    write(true);
    send.disabled = true;
  });
  // Back from the browser's own page for a lost connection: the form may be sent again.
  addEventListener("pageshow", () => {
    send.disabled = false;
  });
  for (const out of document.querySelectorAll('form[action="/deconnexion"]')) {
    out.addEventListener("submit", () => {
      for (const name of Object.keys(sessionStorage)) if (name.startsWith("brouillon:")) sessionStorage.removeItem(name);
    });
  }

  function read() {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function write(sent) {
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    sessionStorage.setItem(key, JSON.stringify({ sent, fields, page: location.href }));
    note.textContent = "";
  }

  // What the server sent back filled in is newer than any draft.
  function untouched() {
    const typed = form.querySelectorAll('input:not([type="hidden"], [type="radio"], [type="checkbox"]), textarea');
    return [...typed].every((field) => !field.value) && !form.querySelector("[aria-invalid]");
  }

  function restore({ fields }) {
    for (const box of form.querySelectorAll('input[type="checkbox"]')) box.checked = false;
    for (const [name, value] of fields) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "checkbox" || field.type === "radio") field.checked = field.value === value || field.checked;
        else field.value = value;
      }
    }
    const forget = document.createElement("button");
    forget.type = "button";
    forget.className = "button";
    forget.textContent = "Effacer le brouillon";
    forget.addEventListener("click", () => {
      sessionStorage.removeItem(key);
      location.reload();
    });
    note.replaceChildren("Brouillon retrouvé. ", forget);
  }
}
