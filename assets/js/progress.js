// A page that tells how far something is looks again every two seconds; without it « Actualiser » does.

if (document.querySelector("[data-progress]")) setTimeout(() => location.reload(), 2000);
