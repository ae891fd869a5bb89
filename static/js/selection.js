/* Selection in lists, and rows by keyboard. data-list with data-select-page, data-select-row, data-select-matching,
   data-selection, data-selected-count, data-needs-selection; data-row */
((app) => {
  "use strict";
  const { $, $$, on, closest, say, visible, announce, fresh } = app;
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

  fresh.push((within) => {
    for (const list of within.matches?.("[data-list]") ? [within] : $$("[data-list]", within)) showSelection(list);
  });

  Object.assign(app, { goToRow, selectRow, clearSelection });
})((window.switchboard ??= {}));
