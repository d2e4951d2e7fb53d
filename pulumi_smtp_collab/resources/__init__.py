"""What a Pulumi program declares: resources and their arguments. Loads no pydantic and none of the life cycle."""
