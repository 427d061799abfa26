// Keys for who codes hundreds of answers: the key named beside a box or button presses it. Not while
// somebody types, and not together with Ctrl, Alt or a key that a screen reader uses.
"use strict";
(() => {
  const form = document.querySelector("form[data-answer]");
  if (!form) return;
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    const typing = at.matches("textarea, select, input:not([type=checkbox], [type=radio])");
    if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const pressed = form.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!pressed) return;
    event.preventDefault();
    pressed.click();
    pressed.focus();
  });
})();
