// Recognises the caller of the call form by number: shows whose it is, and fills empty fields from the card chosen.
//
// <div data-callers="…/contacts/appelant"> takes what the server answers for a number. Without this module the server fills
// in what was left empty when the form is sent.

const PAUSE_MS = 250;
const FIELDS = ["civilite", "nom", "prenom", "adresse", "code-postal", "ville", "email"];

const place = document.querySelector("[data-callers]");
if (place) start(place, place.closest("form"));

function start(place, form) {
  const phone = form.elements.telephone;
  let timer = 0;
  let asked = null;
  // A draft that was found again has a number that nobody asked about.
  let last = place.childElementCount ? phone.value.trim() : "";

  phone.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  place.addEventListener("change", fill);
  fill();
  ask();

  async function ask() {
    const typed = phone.value.trim();
    if (typed === last) return;
    last = typed;
    asked?.abort();
    asked = new AbortController();
    clear();
    if (typed.replace(/\D/g, "").length < 9) return place.replaceChildren();
    try {
      const query = new URLSearchParams({ telephone: typed });
      const answer = await fetch(`${place.dataset.callers}?${query}`, { signal: asked.signal, cache: "no-store" });
      place.innerHTML = answer.status === 200 ? await answer.text() : "";
      fill();
    } catch (cause) {
      if (cause.name !== "AbortError") last = null;
    }
  }

  // Only what is empty, or was filled in from another card.
  function fill() {
    clear();
    const chosen = place.querySelector("input:checked");
    if (!chosen) return;
    const named = form.elements.nom.value || form.elements.prenom.value;
    for (const name of FIELDS) {
      const value = chosen.getAttribute(`data-${name}`);
      const field = form.elements[name];
      if (!value || !field || field.value || (named && /^(nom|prenom)$/.test(name))) continue;
      field.value = value;
      if (field.value === value) field.dataset.filled = value;
    }
    form.dispatchEvent(new Event("input"));
  }

  function clear() {
    for (const field of form.querySelectorAll("[data-filled]")) {
      if (field.value === field.dataset.filled) field.value = "";
      delete field.dataset.filled;
    }
  }
}
