/* Flash messages. data-dismiss */
((app) => {
  "use strict";
  const { $, $$, on, closest, say, element } = app;
  const flash = (tone, text, ...more) => {
    const place = $(tone === "danger" ? "#flash-alert" : "#flash");
    if ($$(".flash", place).some((shown) => shown.dataset.text === text)) return;
    const close = element("button", { type: "button", class: "button button-small", "data-dismiss": "" }, say("dismiss"));
    place.append(element("div", { class: `flash flash-${tone}`, "data-text": text }, element("span"), element("div", {}, text), element("div", { class: "row" }, ...more, close)));
  };
  // Those that came with the page are put in again once, so that they are announced; nothing moves by it.
  for (const place of $$("#flash, #flash-alert")) {
    if (place.childElementCount) setTimeout(() => place.replaceChildren(...[...place.childNodes].map((node) => node.cloneNode(true))), 100);
  }

  on("click", (event) => closest(event, "[data-dismiss]")?.closest(".flash")?.remove());

  Object.assign(app, { flash });
})((window.switchboard ??= {}));
