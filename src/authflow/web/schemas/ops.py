"""What operators and load balancers read."""

from marshmallow import Schema, fields


class HealthOut(Schema):
    status = fields.String(required=True, metadata={"example": "ok"})


class Checked(Schema):
    database = fields.String(required=True, metadata={"example": "ok"})
    migrations = fields.String(required=True, metadata={"example": "ok"})


class ReadyOut(HealthOut):
    checks = fields.Nested(Checked, required=True)
