/* The dialog and the help panel. data-dialog (link into #dialog), data-close-dialog, data-help (link into #help), data-close-help */
((app) => {
  "use strict";
  const { $, on, closest, plain } = app;
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
  on("click", (event) => {
    const hit = (selector) => closest(event, selector);
    let found;
    if (hit("[data-close-help]")) toggleHelp(false);
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

  Object.assign(app, { dialog, help, load, openDialog, closeDialog, toggleHelp });
})((window.switchboard ??= {}));
