// The table follows the form: when a choice changes, the table is fetched and put in its place, and
// the address says what it is of. Without this there is a button that does the same.
"use strict";
(() => {
  const form = document.querySelector("form[data-builder]");
  if (!form) return;
  let running = null;
  let wait = 0;
  const address = () => {
    const asked = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) asked.append(name, value);
    return `${form.getAttribute("action").split("#")[0]}?${asked}`;
  };
  const take = (fresh, focus) => {
    for (const selector of ["[data-part=made]", "form[data-builder]"]) {
      const here = document.querySelector(selector);
      const there = fresh.querySelector(selector);
      if (!here || !there) return;
      // The form comes anew because its fields follow from the answers; what was open stays open.
      if (here === form) {
        const open = [...form.querySelectorAll("details")].map((one) => one.open);
        form.replaceChildren(...document.importNode(there, true).childNodes);
        form.querySelectorAll("details").forEach((one, at) => { if (open[at]) one.open = true; });
        const again = focus && document.getElementById(focus);
        if (again) again.focus();
      } else {
        here.replaceWith(document.importNode(there, true));
      }
    }
  };
  const look = () => {
    if (running) running.abort();
    const url = address();
    const request = running = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    request.onload = () => {
      if (!request.response || request.status >= 500) return;
      history.replaceState(null, "", url);
      take(request.response, document.activeElement && document.activeElement.id);
      running = null;
    };
    request.send();
  };
  form.addEventListener("change", () => {
    const question = form.querySelector("[name=stub]");
    if (!question || !question.value) return;
    clearTimeout(wait);
    wait = setTimeout(look, 250);
  });
})();
