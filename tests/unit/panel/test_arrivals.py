"""The kind of device, from what browsers say of themselves."""

from __future__ import annotations

import pytest

from app.panel.arrivals import Device, device_class

ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
IPAD = "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
FIREFOX = "Mozilla/5.0 (Android 13; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0"
FIREFOX_TABLET = "Mozilla/5.0 (Android 13; Tablet; rv:127.0) Gecko/127.0 Firefox/127.0"
OPERA_MINI = "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/29.3709; U; en) Presto/2.8.119"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "mobile", "device"),
    [
        (f"{ANDROID} Mobile Safari/537.36", "", Device.PHONE),
        (f"{ANDROID} Mobile Safari/537.36", "?1", Device.PHONE),
        (f"{ANDROID} Safari/537.36", "?0", Device.TABLET),
        (IPHONE, "", Device.PHONE),
        (IPAD, "", Device.TABLET),
        (FIREFOX, "", Device.PHONE),
        (FIREFOX_TABLET, "", Device.TABLET),
        (OPERA_MINI, "", Device.PHONE),
        (WINDOWS, "?0", Device.COMPUTER),
        ("", "", None),
        ("", "?1", Device.PHONE),
    ],
)
def test_browsers_are_phones_tablets_or_computers(
    user_agent: str, mobile: str, device: Device | None
) -> None:
    assert device_class(user_agent, mobile) == device
