"""The native plugin: the engine's provider protocol over gRPC, on the same life cycle as the dynamic front end."""
