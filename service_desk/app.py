"""create_app: the only file that knows all rooms."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Blueprint, Flask, request
from flask.cli import AppGroup
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from service_desk import errors, page
from service_desk.accounts import (
    absence_views,
    duty_views,
    enforce,
    login,
    people_views,
    post_views,
)
from service_desk.accounts import commands as accounts_commands
from service_desk.accounts import queries as accounts_queries
from service_desk.accounts import views as accounts_views
from service_desk.audit import commands as audit_commands
from service_desk.audit import views as audit_views
from service_desk.casework import views as casework_views
from service_desk.directory import commands as directory_commands
from service_desk.directory import views as directory_views
from service_desk.foundation import (
    headers,
    limits,
    localisation,
    logging,
    moved_time,
    transaction,
)
from service_desk.foundation.access import Rule, rule_of
from service_desk.foundation.crypto import Keyring
from service_desk.foundation.database import db, tune_sqlite
from service_desk.foundation.settings import Settings
from service_desk.front import tracking as front_tracking
from service_desk.front import views as front_views
from service_desk.intake import views as intake_views
from service_desk.operations import commands as operations_commands
from service_desk.operations import views as operations_views
from service_desk.reporting import commands as reporting_commands
from service_desk.reporting import views as reporting_views
from service_desk.routing import commands as routing_commands
from service_desk.service_clock import commands as clock_commands
from service_desk.service_clock import views as clock_views
from service_desk.service_requests import commands as requests_commands
from service_desk.stations import commands as stations_commands
from service_desk.stations import figure_views as station_figure_views
from service_desk.stations import views as stations_views
from service_desk.supervision import calendar_views, policy_views
from service_desk.supervision import views as supervision_views
from service_desk.switchboard import commands as switchboard_commands
from service_desk.switchboard import views as switchboard_views
from service_desk.switchboard import webhooks as switchboard_webhooks
from service_desk.triage import commands as triage_commands
from service_desk.triage import views as triage_views

ROOT = Path(__file__).parent.parent
MIGRATIONS = ROOT / "migrations"
UPLOAD_LIMIT = 34 * 1024 * 1024
YEAR_S = 31_536_000

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts_views.blueprint,
    absence_views.blueprint,
    duty_views.blueprint,
    people_views.blueprint,
    post_views.blueprint,
    audit_views.blueprint,
    directory_views.blueprint,
    casework_views.blueprint,
    clock_views.blueprint,
    front_views.blueprint,
    front_tracking.blueprint,
    intake_views.blueprint,
    operations_views.blueprint,
    reporting_views.blueprint,
    station_figure_views.blueprint,
    stations_views.blueprint,
    policy_views.blueprint,
    calendar_views.blueprint,
    supervision_views.blueprint,
    switchboard_views.blueprint,
    switchboard_webhooks.blueprint,
    triage_views.blueprint,
)
COMMANDS: tuple[click.Command, ...] = (
    *accounts_commands.COMMANDS,
    *audit_commands.COMMANDS,
    *directory_commands.COMMANDS,
    *operations_commands.COMMANDS,
    *clock_commands.COMMANDS,
    *reporting_commands.COMMANDS,
    *requests_commands.COMMANDS,
    *routing_commands.COMMANDS,
    *stations_commands.COMMANDS,
    *switchboard_commands.COMMANDS,
    *triage_commands.COMMANDS,
)


def create_app(settings: Settings) -> Flask:
    """The desk, wired and ready to serve. Refuses to start when a view declares no rule."""
    app = Flask(
        __name__,
        root_path=str(ROOT / "service_desk"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "service_desk" / "static"),
    )
    configure(app, settings)
    set_up_foundation(app, settings)
    set_up_rooms(app)
    enforce.refuse_undeclared(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    app.extensions["settings"] = settings
    app.extensions["keyring"] = Keyring.of(settings.field_keys)
    https = settings.public_url.startswith("https:")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=database_url(settings),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        MAX_CONTENT_LENGTH=UPLOAD_LIMIT,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        SEND_FILE_MAX_AGE_DEFAULT=YEAR_S,
        SESSION_COOKIE_NAME="__Host-desk" if https else "desk",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=https,
        WTF_CSRF_CHECK_DEFAULT=False,
        LOGIN_DISABLED=False,
    )


def database_url(settings: Settings) -> str:
    """`postgresql://` means psycopg 3 here."""
    return settings.database_url.replace("postgresql://", "postgresql+psycopg://", 1)


def engine_options(settings: Settings) -> dict[str, object]:
    if settings.database_url.startswith("sqlite"):
        return {}
    return {"pool_size": 8, "max_overflow": 8, "pool_timeout": 5}


def set_up_foundation(app: Flask, settings: Settings) -> None:
    logging.set_up(settings.log_level, as_json=settings.production)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
    db.init_app(app)
    transaction.set_up(app)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            tune_sqlite(db.engine)
    localisation.set_up(app)
    headers.set_up(app, https=settings.public_url.startswith("https:"))
    limits.set_up(app, settings.redis_url)
    moved_time.set_up(app, settings)


def set_up_rooms(app: Flask) -> None:
    csrf = CSRFProtect(app)
    login.login_manager.init_app(app)
    page.set_up(app)
    errors.set_up(app)
    audit_views.set_up(app, accounts_queries)
    directory_views.set_up(app, accounts_queries)
    app.before_request(enforce.enforce)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    guard_forms(app, csrf)
    desk = AppGroup("desk", help="The operator's commands.")
    for command in COMMANDS:
        desk.add_command(command)
    app.cli.add_command(desk)


def guard_forms(app: Flask, csrf: CSRFProtect) -> None:
    """Every unsafe request carries a token, but those that prove themselves otherwise."""

    @app.before_request
    def check() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if view and rule_of(view) not in (Rule.SIGNED_WEBHOOK, Rule.API):
            csrf.protect()
