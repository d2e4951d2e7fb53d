"""What a provider is made of: its arguments and their rules, and the report of a connectivity test.

The lowest layer: it imports nothing of ours from outside this package, and of others pydantic and idna.
"""
