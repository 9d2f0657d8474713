// Search as one types: each pause asks for the rows that fit and puts them in place of those shown.
//
// <div data-find="/contacts/recherche"> holds an ordinary search form; the rows are in #fiches. Without this module the form
// is sent as any other.

const PAUSE_MS = 120;

const box = document.querySelector("[data-find]");
if (box) start(box);

function start(box) {
  const field = box.querySelector("input[type=search]");
  const rows = document.getElementById("fiches");
  let timer = 0;
  let asked = null;
  let shown = field.value.trim();

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });

  async function ask() {
    const typed = field.value.trim();
    if (typed === shown) return;
    asked?.abort();
    asked = new AbortController();
    const query = new URLSearchParams(typed ? { q: typed } : {});
    try {
      const answer = await fetch(`${box.dataset.find}?${query}`, { signal: asked.signal, cache: "no-store" });
      // Signed out, or gone: the form itself says so.
      if (!answer.ok) return box.querySelector("form").submit();
      rows.innerHTML = await answer.text();
      shown = typed;
      history.replaceState(null, "", typed ? `?${query}` : location.pathname);
    } catch (cause) {
      // A lost connection leaves what is shown; Enter tries again as a page.
      if (cause.name !== "AbortError") shown = null;
    }
  }
}
