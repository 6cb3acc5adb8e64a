"""How the application is served: gunicorn's settings, the same for a checkout and for an installed package."""
