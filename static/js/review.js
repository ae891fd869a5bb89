/* A review by keyboard: a accept, d deny, n next undecided, u undo, j and k between fields. data-review (the form),
   data-field (a card in it). Without scripts the same radios and buttons do everything. */
((app) => {
  "use strict";
  const { $, $$, on, visible, announce, reviewKeys } = app;
  const undone = [];
  const fields = () => $$("[data-review] [data-field]").filter(visible);
  const here = () => document.activeElement?.closest("[data-field]");
  const radio = (field, value) => $(`input[type=radio][value=${value}]`, field);
  const chosen = (field) => $("input[type=radio]:checked", field)?.value || "";
  const go = (field) => {
    if (!field) return;
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "center" });
  };
  const step = (by) => {
    const all = fields();
    const at = all.indexOf(here());
    go(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]);
  };
  const next = () => {
    const all = fields();
    const at = all.indexOf(here());
    go([...all.slice(at + 1), ...all.slice(0, at + 1)].find((field) => !chosen(field)) || $("#review-decide"));
  };
  const set = (field, value) => {
    for (const one of $$("input[type=radio]", field)) one.checked = one.value === value;
    show(field);
    $("input[type=radio]", field).dispatchEvent(new Event("change", { bubbles: true }));
  };
  const show = (field) => {
    const value = chosen(field);
    field.classList.toggle("accepted", value === "accept");
    field.classList.toggle("denied", value === "deny");
    field.dataset.was = value;
  };
  const decide = (value) => {
    const field = here();
    if (!field || !radio(field, value)) return;
    undone.push([field.id, chosen(field)]);
    set(field, value);
    announce(radio(field, value).parentElement.textContent.trim());
    if (value === "accept") next();
    else $("select", field).focus();
  };
  const undo = () => {
    const last = undone.pop();
    const field = last && document.getElementById(last[0]);
    if (!field) return;
    set(field, last[1]);
    go(field);
  };
  on("change", (event) => {
    const field = event.target.matches("input[type=radio]") && event.target.closest("[data-field]");
    if (!field || !event.isTrusted) return;
    undone.push([field.id, field.dataset.was || ""]);
    show(field);
  });
  app.fresh.push((within) => {
    for (const field of $$("[data-review] [data-field]", within)) field.dataset.was = chosen(field);
  });

  Object.assign(reviewKeys, { a: () => decide("accept"), d: () => decide("deny"), n: next, u: undo, j: () => step(1), k: () => step(-1) });
})((window.switchboard ??= {}));
