"""What a request tells of how somebody came in: the door, and the kind of device."""

from __future__ import annotations

from flask import request

from app.panel.arrivals import Arrival, Door, device_class


def arrival(door: Door) -> Arrival:
    """Return the door with the kind of device of this request; its headers are not kept."""
    headers = request.headers
    return Arrival(
        door,
        device_class(
            headers.get("User-Agent", ""),
            headers.get("Sec-CH-UA-Mobile", ""),
            headers.get("Sec-CH-UA-Platform", ""),
        ),
    )
