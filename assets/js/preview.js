// The colour that is being chosen, worn by the page at once; without it « Aperçu » does the same by a page of its own.

const form = document.getElementById("couleurs");

async function show() {
  const chosen = new FormData(form);
  const query = new URLSearchParams([["accent", chosen.get("accent")], ["couleur", chosen.get("couleur")]]);
  const answer = await fetch(`${location.pathname}?${query}`);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("verdict").replaceWith(page.getElementById("verdict"));
  const wanted = page.querySelector("link[data-preview]");
  const worn = document.querySelector("link[data-preview]");
  // The new sheet comes first, so that the page never stands bare between two.
  if (wanted) document.head.append(document.importNode(wanted));
  worn?.remove();
}

let waiting;
form?.addEventListener("input", (event) => {
  if (event.target.name === "couleur") form.querySelector("[value=autre]").checked = true;
  clearTimeout(waiting);
  waiting = setTimeout(() => show().catch(() => {}), 150);
});
