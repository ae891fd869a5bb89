/* Forms that save themselves. data-autosave (the form), data-state (what became of a field, in it), #save-line with
   data-saving, data-failed and data-retry (its words) */
((app) => {
  "use strict";
  const { $, on, element } = app;
  const line = (event) => (event.detail.elt.closest?.("[data-autosave]") ? $("#save-line") : null);
  on("htmx:beforeRequest", (event) => {
    const words = line(event);
    if (words) words.textContent = words.dataset.saving;
  });
  const failed = (event) => {
    const words = line(event);
    if (!words) return;
    const again = element("button", { type: "button", class: "button button-small" }, words.dataset.retry);
    again.addEventListener("click", () => event.detail.elt.dispatchEvent(new Event("change", { bubbles: true })));
    words.replaceChildren(words.dataset.failed, " ", again);
  };
  on("htmx:sendError", failed);
  on("htmx:responseError", failed);
  on("htmx:afterRequest", (event) => {
    if ([409, 422].includes(event.detail.xhr?.status)) failed(event);
  });
  on("htmx:afterSettle", () => {
    for (const state of app.$$("[data-autosave] [data-state]")) {
      const input = $("input:not([type=hidden]), textarea, select", state.parentElement);
      if (!input) continue;
      if (state.hasAttribute("data-invalid")) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  });
})((window.switchboard ??= {}));
