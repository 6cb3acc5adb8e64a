"""What a WSGI server imports: `gunicorn wsgi:app`."""

from authflow.web.wsgi import make_app

app = make_app()
