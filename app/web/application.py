"""The web application around some services: blueprints, languages, error pages, headers."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

from flask import Flask, Response
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from app.i18n.catalogs import Catalogs
from app.i18n.locales import STAFF_DOMAIN, language_sets
from app.services.context import ServiceContext
from app.services.health import UNAVAILABLE
from app.web import EXTENSION, Site, results, staff
from app.web.addresses import StoredNumber
from app.web.assets import Assets, assets_blueprint
from app.web.audio import blueprint as audio
from app.web.hooks.sms import blueprint as hooks
from app.web.hosts import keep_apart
from app.web.opt_out import blueprint as opt_out
from app.web.public import blueprint as public
from app.web.respond.entrance import blueprint as entrance
from app.web.respond.helping import blueprint as helping
from app.web.respond.my_choices import blueprint as my_choices
from app.web.respond.my_contact import blueprint as my_contact
from app.web.respond.my_door import blueprint as my_door
from app.web.respond.my_privacy import blueprint as my_privacy
from app.web.respond.open_link import blueprint as open_link
from app.web.respond.pages import error_page
from app.web.respond.thank_you import blueprint as thank_you
from app.web.respond.views import blueprint as respond
from app.web.respond.words import as_text
from app.web.security import FormTokens, secure
from app.web.sessions import TwoCookies

WEB = Path(__file__).resolve().parent
ROOT = WEB.parents[1]
MAX_BODY = 1_000_000
"""Bytes of a post: room for an open answer of 100,000 characters, which is then told to be long."""

logger = logging.getLogger(__name__)


def make_app(services: ServiceContext) -> Flask:
    """Return the web application around some services."""
    settings = services.settings
    app = Flask("app", static_folder=None, template_folder=str(WEB / "templates"))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    # "//" in an address is unknown, not a redirect to an address made from the Host header.
    app.url_map.merge_slashes = False
    app.url_map.converters["int"] = StoredNumber
    app.session_interface = TwoCookies(secure=settings.secure_cookies)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "auto_reload": False}
    app.jinja_env.filters["as_text"] = as_text
    locales = language_sets(ROOT / "translations", configured=settings.languages)
    for problem in locales.problems:
        logger.error("language not offered: %s", problem)
    assets = Assets(WEB / "static", "/s")
    app.extensions[EXTENSION] = Site(
        services=services,
        catalogs=Catalogs.load(services.translations),
        staff_catalogs=Catalogs.load(ROOT / "translations", domain=STAFF_DOMAIN),
        languages=locales.usable,
        fallback_language=locales.fallback,
        assets=assets,
        tokens=FormTokens(settings.secret_key),
    )
    for blueprint in (
        assets_blueprint(assets),
        audio,
        public,
        entrance,
        open_link,
        helping,
        respond,
        thank_you,
        my_door,
        my_contact,
        my_choices,
        my_privacy,
        opt_out,
        hooks,
    ):
        app.register_blueprint(blueprint)
    keep_apart(app, settings.staff_host)
    staff.register(app)
    results.register(app)
    app.register_error_handler(HTTPException, lambda error: error_page(error.code or 500))
    app.register_error_handler(Exception, _fault)
    secure(app)
    if proxies := settings.trusted_proxies:
        # Without this everybody behind a proxy has its address and is refused codes together.
        fixed = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
        app.wsgi_app = fixed  # type: ignore[method-assign]
    return app


def _fault(error: Exception) -> Response:
    # The kind of error and the lines of code it passed; never its message, which may quote what
    # was posted.
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("request failed: %s\n%s", type(error).__name__, frames)
    return error_page(503 if isinstance(error, UNAVAILABLE) else 500)
