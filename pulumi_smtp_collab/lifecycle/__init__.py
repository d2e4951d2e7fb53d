"""The life cycle of a collaboration provider: check, diff, create, read, update and delete.

It knows arguments, connectivity tests and targets; it knows neither Pulumi nor any target by name.
"""
