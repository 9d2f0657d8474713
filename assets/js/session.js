// What a signed-in page owes to who signs out: the drafts go, and going back shows nothing of it.
//
// Browsers may keep whole pages alive for « back », whatever Cache-Control says. A page that comes back so is hidden until
// it is known that its reader still may see it: it is loaded anew, or, where something was typed into it, the server is
// asked. Over HTTPS the answer to signing out empties those pages too (Clear-Site-Data); this is for plain HTTP.

const RETRY_MS = 2000;
const root = document.documentElement;

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  root.hidden = true;
  if (typed()) stillSignedIn();
  else location.reload();
});

document.querySelector('form[action="/deconnexion"]')?.addEventListener("submit", () => {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("brouillon:")) sessionStorage.removeItem(key);
});

function typed() {
  return [...document.querySelectorAll("input:not([type=hidden]), textarea")].some((field) =>
    field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue,
  );
}

async function stillSignedIn() {
  try {
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store", redirect: "manual" });
    if (answer.ok) root.hidden = false;
    else location.replace(`/connexion?retour=${encodeURIComponent(location.pathname + location.search)}`);
  } catch {
    // Nothing typed is thrown away because the line is down.
    setTimeout(stillSignedIn, RETRY_MS);
  }
}
