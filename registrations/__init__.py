"""Registrations and their review. Depends on messaging; messaging never looks up."""
