/* Relative times: simulated ones by the server's clock, others by the wall's. data-ago */
((app) => {
  "use strict";
  const { root, $$, fresh } = app;
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

  fresh.push((within) => ages(within));

  Object.assign(app, { ages });
})((window.switchboard ??= {}));
