"""authflow: the authentication backend that a team with a React front end runs itself."""

__version__ = "0.1.0"
