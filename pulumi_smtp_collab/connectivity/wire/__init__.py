"""The wire: one bounded SMTP conversation under one deadline, from a name to an accepted envelope."""
