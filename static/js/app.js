/* What Switchboard adds to plain pages. Every page works without this file.
   Listeners sit on the document and find their elements by data- attributes, so that they hold after any swap.

   data-toggle-nav, data-close-help, data-help (link into #help), data-dialog (link into #dialog), data-close-dialog
   data-copy="text"  data-dismiss  data-guard (form with unsaved changes)  data-count-for, data-limit (characters left)
   data-list with data-select-page, data-select-row, data-select-matching, data-selection, data-selected-count, data-needs-selection
   data-row, data-filter (/), data-create (c), data-actions (.), data-refresh (r), data-go="p" (g then p)
   data-focus (gets the focus after a swap), data-lazy (offers Retry when it fails), data-combobox (select), data-appearance */
(() => {
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
  root.dataset.js = "";

  /* Flash messages: those that came with the page are put in again once, so that they are announced. */
  const flash = (tone, text, ...more) => {
    const place = $(tone === "danger" ? "#flash-alert" : "#flash");
    if ($$(".flash", place).some((shown) => shown.dataset.text === text)) return;
    const close = element("button", { type: "button", class: "button button-small", "data-dismiss": "" }, say("dismiss"));
    place.append(element("div", { class: `flash flash-${tone}`, "data-text": text }, element("span"), element("div", {}, text), element("div", { class: "row" }, ...more, close)));
  };
  for (const place of $$("#flash, #flash-alert")) {
    const waiting = [...place.childNodes];
    if (!place.childElementCount) continue;
    place.replaceChildren();
    setTimeout(() => place.prepend(...waiting), 100);
  }

  /* Dialogs and the help panel */
  const dialog = $("#dialog");
  const help = $("#help");
  let opener = null;
  const load = (url, target, source) => window.htmx.ajax("GET", url, { target, swap: "innerHTML", source });
  const openDialog = () => {
    if (!dialog || dialog.open || !dialog.childElementCount) return;
    const title = $("h1, h2", dialog);
    if (title) dialog.setAttribute("aria-labelledby", (title.id ||= "dialog-title"));
    dialog.showModal();
  };
  const closeDialog = () => dialog?.open && dialog.close();
  dialog?.addEventListener("close", () => {
    dialog.replaceChildren();
    dialog.removeAttribute("aria-labelledby");
    if (opener?.isConnected) opener.focus();
    opener = null;
  });
  const toggleHelp = (shown) => {
    if (!help) return;
    help.hidden = !shown;
    if (!shown) {
      if (opener?.isConnected) opener.focus();
      opener = null;
    }
  };
  const toggleNav = () => {
    const menu = $("#navigation");
    if (!menu) return;
    if (matchMedia("(max-width: 60rem)").matches) return menu.togglePopover();
    const collapsed = root.dataset.nav !== "collapsed";
    if (collapsed) root.dataset.nav = "collapsed";
    else delete root.dataset.nav;
    $("[data-toggle-nav]")?.setAttribute("aria-expanded", String(!collapsed));
    prefer({ navigation_collapsed: collapsed });
  };

  const copy = async (button) => {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = element("textarea", { class: "visually-hidden", "aria-hidden": "true" });
      area.value = text;
      (button.closest("dialog, [popover]") || document.body).append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.dataset.copied = "";
    announce(say("copied"));
    setTimeout(() => delete button.dataset.copied, 2000);
  };

  on("click", (event) => {
    const hit = (selector) => closest(event, selector);
    let found;
    if ((found = hit("[data-copy]"))) copy(found);
    else if (hit("[data-toggle-nav]")) toggleNav();
    else if ((found = hit("[data-dismiss]"))) found.closest(".flash")?.remove();
    else if (hit("[data-close-help]")) toggleHelp(false);
    else if (hit("[data-close-dialog]") && dialog?.open) {
      event.preventDefault();
      closeDialog();
    } else if ((found = hit('[command="close"]')) && !("command" in found)) closeDialog();
    else if (event.target === dialog) closeDialog();
    else if ((found = hit("a[data-dialog], a[data-help]")) && plain(event) && window.htmx) {
      const target = found.hasAttribute("data-dialog") ? dialog : help;
      if (!target) return;
      event.preventDefault();
      if (!target.contains(found)) opener = found;
      const menu = found.closest("[popover]");
      if (menu) {
        opener = $(`[popovertarget="${menu.id}"]`);
        menu.hidePopover();
      }
      load(found.href, `#${target.id}`, found);
    }
  });

  /* Forms: inside the dialog they stay there; twice is once; what is unsaved is not lost by accident. */
  on("submit", (event) => {
    const form = event.target;
    const appearance = form.matches("[data-appearance]") && !event.submitter?.hasAttribute("data-reload");
    if (appearance) {
      event.preventDefault();
      dress(form, event.submitter);
    } else if (dialog?.contains(form) && form.method === "post" && !form.hasAttribute("hx-post") && window.htmx) {
      event.preventDefault();
      const values = Object.fromEntries(event.submitter?.name ? [[event.submitter.name, event.submitter.value]] : []);
      const url = event.submitter?.getAttribute("formaction") || form.action;
      window.htmx.ajax("POST", url, { source: form, target: "#dialog", swap: "innerHTML", values });
    } else if (form.method === "post" && !event.defaultPrevented && !form.hasAttribute("hx-post")) {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "1";
      event.submitter?.classList.add("busy");
    }
    delete form.dataset.dirty;
  });
  addEventListener("pageshow", () => {
    for (const form of $$("form[data-sent]")) delete form.dataset.sent;
    for (const button of $$(".busy")) button.classList.remove("busy");
  });
  addEventListener("beforeunload", (event) => {
    if ($("form[data-dirty]")) event.preventDefault();
  });
  const count = (box) => {
    const field = document.getElementById(box.dataset.countFor);
    if (field) box.textContent = `${[...field.value].length} / ${box.dataset.limit}`;
  };
  on("input", (event) => {
    const guarded = closest(event, "form[data-guard]");
    if (guarded) guarded.dataset.dirty = "";
    const box = event.target.id && $(`[data-count-for="${CSS.escape(event.target.id)}"]`);
    if (box) count(box);
  });
  const dress = (form, button) => {
    prefer({ [button.name]: button.value });
    if (button.value) root.dataset[button.name] = button.value;
    else delete root.dataset[button.name];
    for (const other of $$(`button[name="${button.name}"]`, form)) other.setAttribute("aria-pressed", String(other === button));
  };

  /* Selection in lists */
  let anchor = null;
  const rowsOf = (list) => $$("[data-select-row]", list);
  const showSelection = (list) => {
    const boxes = rowsOf(list);
    const chosen = boxes.filter((box) => box.checked).length;
    const page = $("[data-select-page]", list);
    if (page) {
      page.checked = chosen > 0 && chosen === boxes.length;
      page.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    const form = $("[data-selection]", list);
    if (!form) return;
    form.toggleAttribute("data-open", chosen > 0);
    const all = $("[data-select-matching]", form);
    if (all && chosen < boxes.length) all.checked = false;
    const shown = $("[data-selected-count]", form);
    const text = chosen ? say("selected", { count: chosen }) : "";
    if (shown && shown.textContent !== text) {
      shown.textContent = text;
      announce(text);
    }
    for (const button of $$("[data-needs-selection]", form)) button.toggleAttribute("disabled", !chosen);
  };
  const setRange = (list, box) => {
    const boxes = rowsOf(list);
    const from = boxes.indexOf(anchor);
    const to = boxes.indexOf(box);
    if (from >= 0) for (const between of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) between.checked = box.checked;
  };
  on("click", (event) => {
    const box = closest(event, "[data-select-row]");
    if (!box) return;
    const list = box.closest("[data-list]");
    if (event.shiftKey) setRange(list, box);
    anchor = box;
    showSelection(list);
  });
  on("change", (event) => {
    const list = closest(event, "[data-list]");
    if (!list) return;
    const page = closest(event, "[data-select-page]");
    if (page) for (const box of rowsOf(list)) box.checked = page.checked;
    if (page || closest(event, "[data-select-row], [data-select-matching]")) showSelection(list);
  });

  /* Rows by keyboard */
  const activeRow = () => document.activeElement?.closest("[data-row]") || $("[data-row][data-active]");
  const goToRow = (step) => {
    const rows = $$("[data-row]").filter(visible);
    if (!rows.length) return;
    const at = rows.indexOf(activeRow());
    const row = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    for (const other of $$("[data-row][data-active]")) delete other.dataset.active;
    row.dataset.active = "";
    ($("th a, td a, a, [data-select-row]", row) || row).focus();
  };
  const selectRow = (range) => {
    const row = activeRow();
    const box = row && $("[data-select-row]", row);
    if (!box) return;
    box.checked = range || !box.checked;
    if (range) setRange(row.closest("[data-list]"), box);
    anchor = box;
    showSelection(row.closest("[data-list]"));
  };
  const clearSelection = () => {
    for (const list of $$("[data-list]")) {
      for (const box of rowsOf(list)) box.checked = false;
      showSelection(list);
    }
  };

  /* Shortcuts */
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
    if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  /* Lists under text fields: the palette and comboboxes share their keys. */
  const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
  const showList = (input, shown) => {
    listOf(input).hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    if (!shown) input.removeAttribute("aria-activedescendant");
  };
  const options = (input) => $$('[role="option"]:not([hidden])', listOf(input));
  const mark = (input, option) => {
    for (const other of $$('[role="option"]', listOf(input))) other.setAttribute("aria-selected", String(other === option));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  on("keydown", (event) => {
    const input = closest(event, 'input[role="combobox"]');
    if (!input) return;
    const all = options(input);
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const open = input.getAttribute("aria-expanded") === "true";
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return showList(input, all.length > 0 || input.id !== "palette-input");
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(input, all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length]);
    } else if (event.key === "Enter" && open && at >= 0) {
      event.preventDefault();
      all[at].click();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      showList(input, false);
    } else if (event.key === "Tab" && open) showList(input, false);
  });
  on("focusout", (event) => {
    const input = closest(event, 'input[role="combobox"]');
    if (input && !listOf(input)?.contains(event.relatedTarget)) setTimeout(() => input !== document.activeElement && showList(input, false), 150);
  });
  const comboboxes = (within) => {
    for (const select of $$("select[data-combobox]:not([data-enhanced])", within)) {
      select.dataset.enhanced = "";
      const id = select.id || `combobox-${Math.random().toString(36).slice(2)}`;
      const list = element("div", { class: "listbox", role: "listbox", id: `${id}-list`, hidden: "" });
      const attributes = { type: "text", role: "combobox", id: `${id}-text`, autocomplete: "off", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": `${id}-list` };
      for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) attributes[name] = select.getAttribute(name);
      const input = element("input", attributes);
      const label = select.labels[0];
      if (label) {
        label.htmlFor = input.id;
        list.setAttribute("aria-labelledby", (label.id ||= `${id}-label`));
      }
      const current = () => select.selectedOptions[0]?.value ? select.selectedOptions[0].text : "";
      const choose = (option) => {
        select.value = option.dataset.value;
        input.value = current();
        showList(input, false);
        select.dispatchEvent(new Event("change", { bubbles: true }));
      };
      [...select.options].forEach((option, at) => {
        if (option.value) list.append(element("div", { role: "option", id: `${id}-${at}`, "data-value": option.value, "aria-selected": "false" }, option.text));
      });
      const narrow = () => {
        const text = input.value.trim().toLowerCase();
        for (const option of list.children) option.hidden = !option.textContent.toLowerCase().includes(text);
        mark(input, options(input)[0]);
        showList(input, true);
        announce(options(input).length ? say("results", { count: options(input).length }) : say("none"));
      };
      input.value = current();
      input.addEventListener("input", narrow);
      input.addEventListener("focus", () => input.select());
      input.addEventListener("blur", () => setTimeout(() => (input.value = current()), 200));
      list.addEventListener("mousedown", (event) => event.preventDefault());
      list.addEventListener("click", (event) => closest(event, '[role="option"]') && choose(closest(event, '[role="option"]')));
      select.hidden = true;
      const frame = element("div", { class: "combobox" });
      select.before(frame);
      frame.append(select, input, list);
    }
  };

  /* Relative times: simulated ones by the server's clock, others by the wall's. */
  const drift = document.body.dataset.now ? Date.parse(document.body.dataset.now) - Date.now() : 0;
  const relative = new Intl.RelativeTimeFormat(root.lang || "en", { numeric: "always", style: "short" });
  const ages = (within = document) => {
    for (const age of $$("[data-ago]", within)) {
      const time = age.previousElementSibling;
      if (!time?.dateTime) continue;
      const now = Date.now() + (age.dataset.ago === "wall" ? 0 : drift);
      const minutes = Math.trunc((Date.parse(time.dateTime) - now) / 60000);
      if (!minutes) continue;
      const [value, unit] = Math.abs(minutes) < 60 ? [minutes, "minute"] : Math.abs(minutes) < 1440 ? [Math.trunc(minutes / 60), "hour"] : [Math.trunc(minutes / 1440), "day"];
      age.textContent = relative.format(value, unit);
    }
  };
  setInterval(() => document.hidden || ages(), 30000);

  /* htmx: where the focus goes, what failed, who sleeps */
  let kept = null;
  on("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    const focused = document.activeElement;
    kept = target?.contains(focused) ? { id: focused.id, rel: focused.rel, row: $$("[data-row]", target).indexOf(focused.closest("[data-row]")) } : null;
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
      const same = kept.id && document.getElementById(kept.id);
      const rows = $$("[data-row]", target);
      if (same) same.focus();
      else if (kept.row >= 0 && rows.length) ($("a, [data-select-row]", rows[Math.min(kept.row, rows.length - 1)]) || target).focus();
      else (wanted || $(".table-scroll", target) || target).focus();
    } else if (wanted) wanted.focus();
    kept = null;
  });
  on("htmx:afterRequest", (event) => {
    const { xhr, elt, successful } = event.detail;
    if (successful && dialog?.open && dialog.contains(elt) && (xhr.status === 204 || xhr.getResponseHeader("HX-Reswap") === "none")) closeDialog();
  });
  const retry = (elt) => {
    const again = element("button", { type: "button", class: "button button-small" }, say("retry"));
    again.addEventListener("click", () => window.htmx.ajax(elt.hasAttribute("hx-post") ? "POST" : "GET", elt.getAttribute("hx-get") || elt.href || location.href, { source: elt }));
    return again;
  };
  const failed = (event, text) => {
    const { elt, xhr } = event.detail;
    if (elt.hasAttribute("data-lazy")) return elt.replaceChildren(element("p", { class: "notice notice-danger" }, text, " ", retry(elt)));
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

  const prepare = (within) => {
    comboboxes(within);
    for (const box of $$("[data-count-for]", within)) count(box);
    for (const list of within.matches?.("[data-list]") ? [within] : $$("[data-list]", within)) showSelection(list);
  };
  on("htmx:load", (event) => prepare(event.detail.elt));
  prepare(document);
  ages();
  $("[data-error-summary]")?.focus();
})();
