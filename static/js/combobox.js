/* Lists under text fields: the palette and the comboboxes share their keys. data-combobox (select) */
((app) => {
  "use strict";
  const { $$, on, closest, say, element, announce, fresh } = app;
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

  fresh.push(comboboxes);

  Object.assign(app, { options, mark, showList });
})((window.switchboard ??= {}));
