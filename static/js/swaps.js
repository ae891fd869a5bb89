/* htmx: where the focus goes, what failed, who sleeps. data-focus (gets the focus after a swap), data-back
   (where the focus goes when what had it is gone: a selector) */
((app) => {
  "use strict";
  const { root, $, $$, on, say, element, announce, flash, dialog, help, openDialog, closeDialog, toggleHelp, options, mark, showList, ages, prepare } = app;
  let kept = null;
  on("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    const focused = document.activeElement;
    const at = (selector, among) => $$(among, target).indexOf(focused.closest(selector));
    kept = target?.contains(focused)
      ? { id: focused.id, tab: focused.closest(".tabs a")?.getAttribute("href"), row: at("[data-row]", "[data-row]"), head: at("th", "thead th"), back: focused.closest("[data-back]")?.dataset.back }
      : null;
  });
  on("htmx:afterSettle", (event) => {
    const target = document.getElementById(event.detail.target.id) || event.detail.target;
    const wanted = $("[data-error-summary], [data-focus]", target);
    if (target === dialog) {
      openDialog();
      ($("[data-error-summary], [autofocus]", dialog) || $("[data-focus]", dialog))?.focus();
    } else if (target === help) {
      toggleHelp(true);
      wanted?.focus();
    } else if (target.id === "palette") {
      const input = $("#palette-input");
      const open = input === document.activeElement && input.value.trim() !== "";
      showList(input, open);
      mark(input, options(input)[0]);
      if (open) announce(options(input).length ? say("results", { count: options(input).length }) : say("none"));
    } else if (kept && (document.activeElement === document.body || !document.activeElement)) {
      const same = (kept.id && document.getElementById(kept.id)) || (kept.tab && $$(".tabs a", target).find((tab) => tab.getAttribute("href") === kept.tab));
      const rows = $$("[data-row]", target);
      if (same) same.focus();
      else if (kept.row >= 0 && rows.length) ($("a, [data-select-row]", rows[Math.min(kept.row, rows.length - 1)]) || target).focus();
      else {
        const head = kept.head >= 0 && $("a", $$("thead th", target)[kept.head] || target);
        const place = (kept.back && $(kept.back)) || head || wanted || $('[tabindex="0"]', target) || target;
        if (place === target) target.tabIndex = -1; // never back to the top of the page
        place.focus();
      }
    } else if (wanted) wanted.focus();
    kept = null;
  });
  on("htmx:afterRequest", (event) => {
    const { xhr, elt, successful } = event.detail;
    if (successful && dialog?.open && dialog.contains(elt) && (xhr.status === 204 || xhr.getResponseHeader("HX-Reswap") === "none")) closeDialog();
  });
  const retry = (elt) => {
    const again = element("button", { type: "button", class: "button button-small" }, say("retry"));
    again.addEventListener("click", () => window.htmx.ajax("GET", elt.getAttribute("hx-get"), { source: elt }));
    return again;
  };
  const failed = (event, text) => {
    const { elt, xhr } = event.detail;
    const sent = new DOMParser().parseFromString(xhr?.responseText || "", "text/html").querySelector("[data-flash]");
    if (sent) $("#flash-alert").append(document.importNode(sent, true));
    else flash("danger", text, ...(elt.hasAttribute("hx-get") ? [retry(elt)] : []));
  };
  on("htmx:responseError", (event) => event.detail.xhr.status !== 401 && failed(event, say("failed")));
  on("htmx:sendError", (event) => failed(event, say("offline")));
  on("session-ended", () => {
    const link = element("a", { class: "button button-small", href: "/user/login/?next=/", target: "_blank", rel: "noopener" }, say("signIn"));
    flash("danger", say("ended"), link);
  });
  on("htmx:beforeRequest", (event) => {
    const elt = event.detail.elt;
    if (document.hidden && /\bwake\b/.test(elt.getAttribute("hx-trigger") || "")) {
      event.preventDefault();
      elt.dataset.asleep = "";
    }
  });
  on("visibilitychange", () => {
    if (document.hidden) return;
    ages();
    for (const asleep of $$("[data-asleep]")) {
      delete asleep.dataset.asleep;
      window.htmx.trigger(asleep, "wake");
    }
  });

  on("htmx:load", (event) => prepare(event.detail.elt));
  prepare(document);
  $("[data-error-summary]")?.focus();
  root.dataset.js = "";
})((window.switchboard ??= {}));
