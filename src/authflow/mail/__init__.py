"""What authflow writes to people: composed from templates, handed to one of three transports."""
