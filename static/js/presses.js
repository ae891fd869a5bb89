/* An answer of htmx that comes between pressing a button and letting it go waits until then: a swap would take the
   button away from under the press, and the browser would make no click of it. */
((app) => {
  "use strict";
  const { on } = app;
  const CLICK = 50; // after a touch the click comes a moment later than the finger goes
  const waiting = [];
  let pressed = false;
  const letGo = () => {
    if (!pressed) return;
    pressed = false;
    setTimeout(() => pressed || waiting.splice(0).forEach((answer) => answer()), CLICK);
  };
  on("pointerdown", (event) => (pressed = event.isPrimary && event.button === 0), { capture: true });
  for (const type of ["pointerup", "pointercancel", "dragend"]) on(type, letGo, { capture: true });
  window.addEventListener("blur", letGo);
  on("htmx:beforeSend", ({ detail: { xhr } }) => {
    const answer = xhr.onload;
    xhr.onload = (...loaded) => (pressed ? waiting.push(() => answer(...loaded)) : answer(...loaded));
  });
})((window.switchboard ??= {}));
