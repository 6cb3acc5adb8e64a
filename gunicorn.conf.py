"""What gunicorn finds by itself in this directory; elsewhere say `-c python:authflow.server.settings`."""

from authflow.server.settings import *  # noqa: F403, gunicorn reads the names of this file
