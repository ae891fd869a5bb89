"""What every API operation is routed to, a module per resource; `console/wire/registry.py` gathers them."""
