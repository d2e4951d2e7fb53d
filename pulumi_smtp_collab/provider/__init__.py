"""The dynamic front end: the resource that a Pulumi program declares, and the provider behind it."""
