/* The side navigation: folded, or a popover in a narrow window. data-toggle-nav */
((app) => {
  "use strict";
  const { root, $, on, closest, prefer } = app;
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

  on("click", (event) => closest(event, "[data-toggle-nav]") && toggleNav());

  Object.assign(app, { toggleNav });
})((window.switchboard ??= {}));
