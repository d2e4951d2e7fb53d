"""What is generated from the model, one module for each kind of file."""
