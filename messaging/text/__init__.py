"""Pure functions on message text and phone numbers: no Django, no database."""
