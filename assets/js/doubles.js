// Points out, while a card is being typed, the cards that it may double. The form asks the same again when it is sent.

const PAUSE_MS = 350;

const form = document.querySelector("form[data-doubles]");
if (form) start(form);

function start(form) {
  const place = form.querySelector("#doublons");
  let timer = 0;
  let asked = null;

  form.addEventListener("input", (event) => {
    if (!/^(nom|prenom|naissance|telephone-\d)$/.test(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (/^(fiche|nom|prenom|naissance|telephone-\d)$/.test(name) && value) query.append(name, value);
    }
    try {
      const answer = await fetch(`${form.dataset.doubles}?${query}`, { signal: asked.signal, cache: "no-store" });
      const found = answer.status === 200 ? await answer.text() : "";
      // Said again only when it is something else.
      if (place.innerHTML !== found) place.innerHTML = found;
    } catch {
      // The question comes when the form is sent.
    }
  }
}
