"""Harness as a target: NextGen's one SMTP config of an account, FirstGen's providers, and the secrets of both.

Its modules are imported when such a target is used and not before: `settings` needs nothing of others, `client` needs
httpx. Built from what is public about Harness's APIs; nothing here was run against live Harness.
"""
