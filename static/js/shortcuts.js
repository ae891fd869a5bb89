/* Shortcuts. data-filter (/), data-create (c), data-actions (.), data-refresh (r), data-go="p" (g then p) */
((app) => {
  "use strict";
  const { $, $$, on, closest, visible, help, load, toggleHelp, toggleNav, goToRow, selectRow, clearSelection } = app;
  const reviewKeys = {}; // on a review screen these come first (review.js)
  let going = 0;
  const press = (selector) => {
    const found = $$(selector).find(visible);
    if (found) found.matches("input, select, textarea") ? found.focus() : found.click();
    return Boolean(found);
  };
  const follow = (key) => {
    const link = $(`a[data-go="${CSS.escape(key)}"]`);
    if (link) location.assign(link.href);
  };
  const keys = {
    "/": () => press("[data-filter]") || press("#palette-input"),
    c: () => press("[data-create]") || press(".page-head .actions a.button-primary"),
    j: () => goToRow(1),
    k: () => goToRow(-1),
    x: () => selectRow(false),
    X: () => selectRow(true),
    ".": () => press("[data-actions]"),
    r: () => press("[data-refresh]") || location.reload(),
    "[": toggleNav,
    "]": () => (help && !help.hidden ? toggleHelp(false) : help?.childElementCount ? toggleHelp(true) : press("a.info-link[data-help]") || press(".topbar a[data-help]")),
    "?": () => $("[data-shortcuts-link]") && load($("[data-shortcuts-link]").href, "#dialog"),
    g: () => (going = Date.now()),
  };
  const typing = (target) => target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  on("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const control = event.ctrlKey || event.metaKey;
    if (control && event.key === "Enter") {
      const form = closest(event, "form");
      if (form) {
        event.preventDefault();
        form.requestSubmit($("[data-submit]", form) || undefined);
      }
      return;
    }
    if (control && event.key.toLowerCase() === "k") {
      event.preventDefault();
      press("#palette-input") || press(".bar-search-link");
      return;
    }
    if (control || event.altKey || typing(event.target) || $("dialog[open]")) return;
    if (event.key === "Escape" && !$(":popover-open")) {
      if (help?.contains(document.activeElement)) toggleHelp(false);
      else clearSelection();
      return;
    }
    if (document.body.dataset.shortcuts !== "on" || $(":popover-open")) return;
    if (Date.now() - going < 1500 && /^[a-z]$/.test(event.key)) {
      going = 0;
      event.preventDefault();
      follow(event.key);
      return;
    }
    const acting = $("[data-review]") && Object.hasOwn(reviewKeys, event.key) ? reviewKeys : keys;
    if (Object.hasOwn(acting, event.key)) {
      event.preventDefault();
      acting[event.key]();
    }
  });

  Object.assign(app, { reviewKeys });
})((window.switchboard ??= {}));
