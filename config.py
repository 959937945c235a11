"""Settings: frozen, and the only reader of the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

DEVELOPMENT, PRODUCTION = "development", "production"
SHORTEST_SECRET = 32


class SettingsError(Exception):
    """A sentence that says what to set."""


@dataclass(frozen=True)
class Settings:
    """Everything the desk is told from outside; `.env.example` explains each name."""

    env: str
    host: str
    port: int
    data_dir: Path
    database_url: str
    redis_url: str
    secret_key: str
    field_keys: tuple[str, ...]
    sms_provider: str
    sms_signature: str
    sms_countries: tuple[str, ...]
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_from: str
    twilio_api_base_url: str
    public_url: str
    demo: bool
    trusted_proxies: int
    web_workers: int
    log_level: str
    demo_password: str
    metrics_token: str
    intake_limit: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Raises SettingsError with a sentence for whoever starts the desk."""
        get = environ.get
        env = _one_of(get("DESK_ENV", DEVELOPMENT), "DESK_ENV", (DEVELOPMENT, PRODUCTION))
        data_dir = Path(get("DATA_DIR") or "var").absolute()
        host, port = get("HOST") or "127.0.0.1", _number(environ, "PORT", 8000)
        settings = cls(
            env=env,
            host=host,
            port=port,
            data_dir=data_dir,
            database_url=get("DATABASE_URL") or f"sqlite:///{data_dir}/desk.db",
            redis_url=get("REDIS_URL") or "",
            secret_key=_secret(environ, "SECRET_KEY", env, data_dir),
            field_keys=_keys(_secret(environ, "FIELD_KEYS", env, data_dir)),
            sms_provider=_one_of(
                get("SMS_PROVIDER") or "console", "SMS_PROVIDER", ("console", "twilio")
            ),
            sms_signature=get("SMS_SIGNATURE") or "迪庆州民政局",
            sms_countries=_countries(get("SMS_COUNTRIES") or "86"),
            twilio_account_sid=get("TWILIO_ACCOUNT_SID", ""),
            twilio_auth_token=get("TWILIO_AUTH_TOKEN", ""),
            twilio_from=get("TWILIO_FROM", ""),
            twilio_api_base_url=get("TWILIO_API_BASE_URL", "").rstrip("/"),
            public_url=(get("PUBLIC_URL") or f"http://{host}:{port}").rstrip("/"),
            demo=_demo(environ, env),
            trusted_proxies=_number(environ, "TRUSTED_PROXIES", 0),
            web_workers=_number(environ, "WEB_WORKERS", 2),
            log_level=get("LOG_LEVEL") or "INFO",
            demo_password=_demo_password(environ, env, data_dir),
            metrics_token=get("METRICS_TOKEN", ""),
            intake_limit=get("INTAKE_LIMIT") or "60 per minute",
        )
        settings.check()
        return settings

    @property
    def production(self) -> bool:
        return self.env == PRODUCTION

    def check(self) -> None:
        """Refuses what would be unsafe or could not work."""
        _need(bool(self.field_keys), "FIELD_KEYS holds no key: set random ones of your own.")
        if self.sms_provider == "twilio":
            _need(
                bool(self.twilio_account_sid and self.twilio_auth_token and self.twilio_from),
                "SMS_PROVIDER=twilio needs TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM.",
            )
        if self.production:
            self._check_production()

    def _check_production(self) -> None:
        _need(not self.demo, "Production cannot run in demo mode: set DEMO=0.")
        _need(
            self.sms_provider != "console",
            "Production cannot use the console provider: set SMS_PROVIDER=twilio.",
        )
        _need(
            urlsplit(self.public_url).scheme == "https",
            "Production needs an https address: set PUBLIC_URL=https://…",
        )
        _need(
            len(self.secret_key) >= SHORTEST_SECRET,
            f"SECRET_KEY is too short: set {SHORTEST_SECRET} random characters or more.",
        )
        _need(
            all(len(key) >= SHORTEST_SECRET for key in self.field_keys),
            f"FIELD_KEYS holds a short key: set {SHORTEST_SECRET} random characters or more each.",
        )
        _need(
            not _easy(self.secret_key, *self.field_keys),
            "SECRET_KEY or FIELD_KEYS is a sample value: set random ones of your own.",
        )


def _need(holds: bool, sentence: str) -> None:
    if not holds:
        raise SettingsError(sentence)


def _easy(*values: str) -> bool:
    return any(len(set(value)) < 8 or "change" in value.lower() for value in values)


def _one_of(value: str, name: str, allowed: tuple[str, ...]) -> str:
    _need(value in allowed, f"{name} is {value!r}: set one of {', '.join(allowed)}.")
    return value


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    _need(text.isdecimal(), f"{name} is {text!r}: set a whole number.")
    return int(text)


def _keys(text: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in text.split(",") if key.strip())


def _countries(text: str) -> tuple[str, ...]:
    codes = _keys(text)
    right = bool(codes) and all(code.isascii() and code.isdecimal() for code in codes)
    _need(right, f"SMS_COUNTRIES is {text!r}: set calling codes such as 86,852.")
    return codes


def _secret(environ: Mapping[str, str], name: str, env: str, data_dir: Path) -> str:
    """The variable; in development else a random value kept in DATA_DIR, readable by us only."""
    if environ.get(name):
        return environ[name]
    _need(
        env == DEVELOPMENT, f"{name} is missing: set {SHORTEST_SECRET} random characters or more."
    )
    return kept_secret(data_dir / name.lower().replace("_", "-"))


def _demo(environ: Mapping[str, str], env: str) -> bool:
    return (environ.get("DEMO") or ("0" if env == PRODUCTION else "1")) == "1"


def _demo_password(environ: Mapping[str, str], env: str, data_dir: Path) -> str:
    """The password of every demo account; empty where there are none."""
    if not _demo(environ, env):
        return ""
    return environ.get("DEMO_PASSWORD") or kept_secret(data_dir / "demo-password", length=12)


def kept_secret(path: Path, length: int = 48) -> str:
    """What the file holds, `length` random bytes made the first time; all starters agree."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(length))
        with suppress(FileExistsError):
            os.link(draft, path)  # whole or not at all, and only the first one counts
        draft.unlink()
    return path.read_text().strip()
