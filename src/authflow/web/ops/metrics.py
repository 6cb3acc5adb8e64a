"""`/metrics`: what was counted, for whoever holds METRICS_TOKEN; without one there is no such page."""

import hmac

from flask import Blueprint, Response, request

from authflow.errors import TokenInvalid, TokenMissing
from authflow.metrics import CONTENT_TYPE
from authflow.services.measurements import MeasurementService
from authflow.web.credentials import bearer_token


def metrics_blueprint(token: str, measurements: MeasurementService) -> Blueprint:
    blueprint = Blueprint("metrics", __name__)
    expected = token.encode()

    @blueprint.get("/metrics")
    def report() -> Response:
        presented = bearer_token(request)
        if presented is None:
            raise TokenMissing
        # In constant time: how long it takes must not tell how much of a guess is right.
        if not hmac.compare_digest(presented.encode(), expected):
            raise TokenInvalid
        return Response(measurements.report(), content_type=CONTENT_TYPE)

    return blueprint
