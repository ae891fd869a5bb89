/* Copying. data-copy="text" */
((app) => {
  "use strict";
  const { on, closest, say, element, announce } = app;
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
    const button = closest(event, "[data-copy]");
    if (button) copy(button);
  });
})((window.switchboard ??= {}));
