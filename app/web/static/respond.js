/* Optional. Without it every page is a plain form; with it an answer survives a bad connection.

   It sends the form in the background, shows the page that comes back, and while there is no
   connection keeps that one answer in memory, says so in words, and tries again. The server takes
   the same body twice as one answer, so trying again is always safe. Nothing is kept in the
   browser's storage: phones are shared.

   And it reads aloud, where the page has sound: a button at each text in place of a list of
   players. */
"use strict";
(() => {
  if (!("SubmitEvent" in window && "submitter" in SubmitEvent.prototype)) return;

  const SLOW_MS = 1500;
  const GIVE_UP_MS = 20000;
  const LONGEST_WAIT_S = 60;
  /* Our own pages that mean "not now, try again". Others that carry the same status say more,
     such as that the study has a break, and are shown. */
  const BUSY = /^error-50[234]$/;

  /* The one answer that is not acknowledged: url, body, tries, and while waiting a timer. */
  let unsaved = null;
  /* Address of the page on screen; a link to a place within it must not count as another page. */
  let shown = address();

  function address() {
    return location.pathname + location.search;
  }

  function say(words, urgent) {
    const status = document.querySelector(".status");
    status.textContent = words;
    status.classList.toggle("waiting", urgent);
  }

  function words() {
    return document.querySelector(".page").dataset;
  }

  function send() {
    clearTimeout(unsaved.timer);
    unsaved.timer = 0;
    /* Not fetch: XMLHttpRequest hands over a parsed page, without scripts, so that no text is
       ever made into HTML here and the page may require Trusted Types. */
    const request = new XMLHttpRequest();
    request.open("POST", unsaved.url);
    request.responseType = "document";
    request.timeout = GIVE_UP_MS;
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    const slow = unsaved.tries ? 0 : setTimeout(() => say(words().sending, true), SLOW_MS);
    request.onloadend = () => {
      clearTimeout(slow);
      if (!unsaved) return;
      const page = request.response;
      const main = page?.querySelector("main[data-page]");
      /* No page, or one that is not ours: no network, a proxy's error, a hotel's sign-in. */
      if (!main || BUSY.test(main.dataset.page)) wait();
      else show(page, request.responseURL);
    };
    request.send(unsaved.body);
  }

  function wait() {
    const seconds = Math.min(2 ** unsaved.tries, LONGEST_WAIT_S) * (1 - Math.random() / 4);
    unsaved.tries += 1;
    unsaved.timer = setTimeout(send, seconds * 1000);
    say(words().waiting, true);
  }

  function sendIfWaiting() {
    if (unsaved?.timer && !document.hidden) send();
  }

  function show(page, url) {
    unsaved = null;
    const { lang, dir } = page.documentElement;
    Object.assign(document.documentElement, { lang, dir });
    document.title = page.title;
    /* The address of a letter holds its code: it does not stay in the history of a shared phone. */
    const turn = /^\/c\//i.test(location.pathname) ? "replaceState" : "pushState";
    if (url !== location.href) history[turn](null, "", url);
    shown = address();
    say(page.querySelector(".status").textContent, false);
    const frame = document.querySelector(".page");
    const next = page.querySelector(".page");
    /* The status stays where it is, or a screen reader would not notice that it changed. */
    if (frame.tagName !== next.tagName) frame.replaceWith(document.adoptNode(next));
    else for (const { name, value } of next.attributes) frame.setAttribute(name, value);
    for (const part of [".skip", "header", "main", "footer"]) {
      const come = page.querySelector(part);
      if (come) document.querySelector(part).replaceWith(document.adoptNode(come));
    }
    const first = document.querySelector("main [autofocus], main h1");
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
    scrollTo(0, 0);
    offerList();
    offerSound();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches(".page")) return;
    event.preventDefault();
    if (unsaved) {
      sendIfWaiting();
      return;
    }
    const body = new URLSearchParams(new FormData(form));
    const button = event.submitter;
    if (button?.name) body.append(button.name, button.value);
    /* getAttribute: a question may well be named "action". */
    unsaved = { url: form.getAttribute("action"), body: body.toString(), tries: 0, timer: 0 };
    send();
  });

  /* What is on its way can no longer change, or the page would show what was not sent. */
  for (const kind of ["click", "beforeinput"]) {
    document.addEventListener(
      kind,
      (event) => {
        if (unsaved && event.target.matches("main input, main textarea")) event.preventDefault();
      },
      true,
    );
  }

  addEventListener("online", sendIfWaiting);
  document.addEventListener("visibilitychange", sendIfWaiting);
  addEventListener("beforeunload", (event) => {
    if (unsaved?.timer) event.preventDefault();
  });
  addEventListener("popstate", () => {
    if (address() !== shown) location.reload();
  });

  /* Quick exit: blank at once, and the back button does not lead here. */
  document.addEventListener("click", (event) => {
    const exit = event.target.closest(".leave");
    if (!exit) return;
    event.preventDefault();
    unsaved = null;
    document.documentElement.hidden = true;
    location.replace(exit.href);
  });

  /* An answer that goes with no other unticks the others, and they it. */
  document.addEventListener("input", ({ target }) => {
    const question = target.closest("fieldset, .field");
    const given = target.type === "checkbox" ? target.checked : target.value;
    if (!question || !given) return;
    const alone = "alone" in target.dataset;
    for (const other of question.querySelectorAll("input, textarea")) {
      if (other === target || !(alone || "alone" in other.dataset)) continue;
      if (other.type === "checkbox") other.checked = false;
      else if (other.type !== "radio") other.value = "";
    }
  });

  /* A code list is fetched once and offered while typing; the server knows it anyway. */
  const lists = new Map();

  async function offerList() {
    const box = document.querySelector("[data-list]");
    if (!box) return;
    const url = box.dataset.list;
    try {
      if (!lists.has(url)) lists.set(url, await (await fetch(url)).json());
    } catch {
      return;
    }
    const offered = document.createElement("datalist");
    offered.id = "offered";
    offered.append(
      ...lists.get(url).map((name) => Object.assign(document.createElement("option"), { value: name })),
    );
    box.after(offered);
    box.setAttribute("list", offered.id);
  }

  /* One voice; it begins by a tap on a button only, and any other tap ends it. */
  const voice = new Audio();
  let reading = [];
  let pressed = null;

  function label(button, on) {
    const { name, word, stop } = button.dataset;
    button.classList.toggle("on", on);
    button.setAttribute("aria-label", on ? stop : name);
    button.textContent = word && (on ? stop : word);
  }

  function hush() {
    voice.pause();
    reading = [];
    document.querySelector(".read")?.classList.remove("read");
    if (pressed) label(pressed, false);
    pressed = null;
  }

  function readNext() {
    document.querySelector(".read")?.classList.remove("read");
    const part = reading.shift();
    if (!part) {
      hush();
      return;
    }
    part.words.classList.add("read");
    part.words.scrollIntoView({ block: "nearest" });
    voice.src = part.url;
    /* Refused when the next tap comes first, or when it cannot be fetched: that is told below. */
    voice.play().catch(() => {});
  }

  voice.onended = readNext;
  voice.onerror = hush;

  /* What a button reads: a question with all that follows, a statement with its answers, or what
     it stands at. */
  function runFrom(parts, at) {
    const { words } = parts[at];
    if (words.matches("h1")) return parts.slice(at);
    if (!words.matches("legend")) return [parts[at]];
    const next = parts.findIndex((part, place) => place > at && part.words.matches("legend"));
    return parts.slice(at, next < 0 ? parts.length : next);
  }

  function place(button, words) {
    if (words.matches("h1")) {
      (words.closest("legend") ?? words).after(button);
    } else if (words.matches("label")) {
      words.parentElement.classList.add("heard");
      words.after(button);
    } else if (words.matches("legend")) {
      words.after(button);
    } else if (words.matches(".told")) {
      /* It has the focus, and would lose it if it were put elsewhere. */
      words.append(button);
    } else {
      /* Not inside: these words describe an input, and the button is no part of them. */
      const row = document.createElement("div");
      row.className = "said";
      words.replaceWith(row);
      row.append(words, button);
    }
  }

  function offerSound() {
    hush();
    const listen = document.querySelector(".listen");
    if (!listen) return;
    const { stop } = listen.dataset;
    const word = listen.querySelector("summary").textContent;
    const parts = [];
    for (const player of listen.querySelectorAll("audio")) {
      const found = document.querySelector(player.dataset.of);
      if (found) parts.push({ words: found.closest("label") ?? found, url: player.src });
    }
    listen.querySelector("details").remove();
    if (!listen.childElementCount) listen.remove();
    for (const [at, { words }] of parts.entries()) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "play";
      const shown = words.matches("h1") ? word : "";
      Object.assign(button.dataset, { name: `${word}: ${words.innerText}`, word: shown, stop });
      label(button, false);
      button.addEventListener("click", () => {
        const again = pressed === button;
        hush();
        if (again) return;
        pressed = button;
        label(button, true);
        reading = runFrom(parts, at);
        readNext();
      });
      place(button, words);
    }
  }

  document.addEventListener("click", ({ target }) => {
    if (!target.closest(".play")) hush();
  });
  addEventListener("pagehide", hush);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hush();
  });

  offerList();
  offerSound();
})();
