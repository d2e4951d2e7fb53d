"""Made from the model by tools/generate.py; nothing here is edited by hand."""
