"""What operators and load balancers read."""

from marshmallow import Schema, fields

from authflow.web.schemas.shapes import Out


class RootOut(Out):
    service = fields.String(required=True, metadata={"example": "Authflow"})
    docs = fields.String(required=True, metadata={"example": "/docs"})
    health = fields.String(required=True, metadata={"example": "/health"})


class HealthOut(Schema):
    status = fields.String(required=True, metadata={"example": "ok"})


class Checked(Schema):
    database = fields.String(required=True, metadata={"example": "ok"})
    migrations = fields.String(required=True, metadata={"example": "ok"})


class ReadyOut(HealthOut):
    checks = fields.Nested(Checked, required=True)
