"""What operators and load balancers read."""

from marshmallow import fields

from authflow.web.schemas.shapes import Out, Shown


class RootOut(Out):
    service = fields.String(required=True, metadata={"example": "Authflow"})
    docs = fields.String(required=True, metadata={"example": "/docs"})
    health = fields.String(required=True, metadata={"example": "/health"})


class HealthOut(Shown):
    status = fields.String(required=True, metadata={"example": "ok"})


class Checked(Shown):
    database = fields.String(required=True, metadata={"example": "ok"})
    migrations = fields.String(required=True, metadata={"example": "ok"})


class ReadyOut(HealthOut):
    checks = fields.Nested(Checked, required=True)
