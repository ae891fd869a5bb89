/* Buttons in a part of the page that answers replace: data-ask="selector" makes a press the event "ask" at an element
   that stays and asks in its turn; the name and value of the button go with it. */
((app) => {
  "use strict";
  const { $, on, closest } = app;
  on("click", (event) => {
    const button = closest(event, "[data-ask]");
    const asks = button && $(button.dataset.ask);
    if (!asks) return;
    event.preventDefault();
    asks.dispatchEvent(new CustomEvent("ask", { detail: { [button.name]: button.value } }));
  });
  on("htmx:configRequest", ({ detail: { triggeringEvent, parameters } }) => {
    if (triggeringEvent?.type === "ask") Object.assign(parameters, triggeringEvent.detail);
  });
})((window.switchboard ??= {}));
