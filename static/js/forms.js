/* Forms: inside the dialog they stay there; twice is once; what is unsaved is not lost by accident.
   data-guard (form with unsaved changes), data-count-for with data-limit (characters left), data-appearance */
((app) => {
  "use strict";
  const { root, $, $$, on, closest, prefer, fresh, dialog } = app;
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

  fresh.push((within) => $$("[data-count-for]", within).forEach(count));
})((window.switchboard ??= {}));
