"""`authflow user import`: the command, and how each kind of file is read."""
