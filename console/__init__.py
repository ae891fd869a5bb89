"""The Django project and the two front doors: pages and wire."""
