"""Files that families send and cards that we draw: encrypted rows behind one interface."""
