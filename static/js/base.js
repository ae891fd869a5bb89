/* What every other script uses: finding, making and announcing. Every page works without scripts.
   Listeners sit on the document and find their elements by data- attributes, so that they hold after any swap. What
   must be done to fresh elements is a function of the part of the page that they came in: app.fresh.push(function). */
((app) => {
  "use strict";
  const root = document.documentElement;
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);
  const on = (type, act, options) => document.addEventListener(type, act, options);
  const words = JSON.parse($("#words")?.textContent || "{}");
  const say = (name, values = {}) => (words[name] || "").replace(/%\((\w+)\)s/g, (_, key) => values[key]);
  const visible = (element) => Boolean(element && element.checkVisibility?.({ visibilityProperty: true }));
  const plain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value != null) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const announce = (text) => {
    const live = $("#live");
    if (!live) return;
    live.textContent = "";
    setTimeout(() => (live.textContent = text), 50);
  };
  const prefer = (changes) => {
    const { preferences } = document.body.dataset;
    const headers = { ...JSON.parse(document.body.getAttribute("hx-headers") || "{}"), "HX-Request": "true" };
    if (preferences) fetch(preferences, { method: "POST", body: new URLSearchParams(changes), headers });
  };
  const fresh = [];
  const prepare = (within) => fresh.forEach((act) => act(within));

  Object.assign(app, { root, $, $$, closest, on, say, visible, plain, element, announce, prefer, fresh, prepare });
})((window.switchboard ??= {}));
