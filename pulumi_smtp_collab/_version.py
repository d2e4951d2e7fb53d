"""The distribution's version: read by the build, recorded in each verification."""

__version__ = "0.1.0"
