// Fetches the page again every so many seconds and takes over the parts marked `data-part`. Optional:
// without it, the page is as old as it says. Stops while nobody looks, and when something in a part
// has the focus: a list must not move under a keyboard.
"use strict";
(() => {
  const main = document.querySelector("main[data-live]");
  if (!main) return;
  const every = Math.max(5, Number(main.dataset.live)) * 1000;
  const take = (fresh) => {
    for (const part of main.querySelectorAll("[data-part]")) {
      if (part.contains(document.activeElement)) continue;
      const other = [...fresh.querySelectorAll("[data-part]")].find(
        (one) => one.dataset.part === part.dataset.part);
      if (!other) continue;
      const open = [...part.querySelectorAll("details")].map((one) => one.open);
      part.replaceWith(document.importNode(other, true));
      const now = main.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
      now.querySelectorAll("details").forEach((one, at) => { if (open[at]) one.open = true; });
    }
    const done = fresh.querySelector("main[data-leads-to]");
    if (done) location.assign(done.dataset.leadsTo);
  };
  const look = () => {
    if (document.hidden) return;
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.timeout = every;
    request.onload = () => { if (request.status === 200 && request.response) take(request.response); };
    request.send();
  };
  setInterval(look, every);
})();
