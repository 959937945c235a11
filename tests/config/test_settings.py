"""What the desk is told from outside: defaults that work, and what production refuses."""

from __future__ import annotations

import stat

import pytest

from config import Settings, SettingsError

PRODUCTION = {
    "DESK_ENV": "production",
    "SECRET_KEY": "8d1f0c6b7a2e4953b1c7d6e5f4a3928170bc",
    "FIELD_KEYS": "51c3a97e0f2b4d68a1e5c7b9d3f08246ce17",
    "PUBLIC_URL": "https://desk.example",
    "SMS_PROVIDER": "twilio",
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_FROM": "+15005550006",
}
SHORT = "0123456789abcdef"


@pytest.fixture
def told(tmp_path):
    """Settings from these variables only."""

    def read(**variables):
        return Settings.from_env({"DATA_DIR": str(tmp_path), **variables})

    return read


def test_nothing_needs_to_be_set(told, tmp_path):
    settings = told()
    assert settings.database_url == f"sqlite:///{tmp_path}/desk.db"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert (settings.demo, settings.production, settings.sms_provider) == (True, False, "console")


def test_texts_go_to_the_countries_that_are_named(told):
    assert told().sms_countries == ("86",)
    assert told(SMS_COUNTRIES="86, 852").sms_countries == ("86", "852")
    for wrong in ("+86", "86,x", ","):
        with pytest.raises(SettingsError, match="SMS_COUNTRIES"):
            told(SMS_COUNTRIES=wrong)


def test_production_runs_when_all_is_set(told):
    settings = told(**PRODUCTION)
    assert settings.production
    assert not settings.demo
    assert settings.demo_password == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"DEMO": "1"}, "Production cannot run in demo mode: set DEMO=0."),
        ({"SMS_PROVIDER": "console"}, "set SMS_PROVIDER=twilio."),
        ({"SMS_PROVIDER": ""}, "set SMS_PROVIDER=twilio."),
        ({"PUBLIC_URL": "http://desk.example"}, "set PUBLIC_URL=https://…"),
        ({"PUBLIC_URL": ""}, "set PUBLIC_URL=https://…"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing: set 32 random characters or more."),
        ({"FIELD_KEYS": ""}, "FIELD_KEYS is missing: set 32 random characters or more."),
        ({"SECRET_KEY": SHORT}, "SECRET_KEY is too short"),
        ({"FIELD_KEYS": " , "}, "FIELD_KEYS holds no key"),
        ({"FIELD_KEYS": SHORT}, "FIELD_KEYS holds a short key"),
        ({"FIELD_KEYS": PRODUCTION["FIELD_KEYS"] + "," + SHORT}, "FIELD_KEYS holds a short key"),
        ({"SECRET_KEY": "a" * 40}, "is a sample value"),
        ({"SECRET_KEY": "change-me-change-me-0123456789-abcdef"}, "is a sample value"),
        ({"FIELD_KEYS": "ab" * 20}, "is a sample value"),
        ({"TWILIO_AUTH_TOKEN": ""}, "needs TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM"),
        ({"TWILIO_ACCOUNT_SID": ""}, "needs TWILIO_ACCOUNT_SID"),
        ({"TWILIO_FROM": ""}, "needs TWILIO_ACCOUNT_SID"),
        ({"DESK_ENV": "prod"}, "DESK_ENV is 'prod': set one of development, production."),
        ({"SMS_PROVIDER": "pigeon"}, "SMS_PROVIDER is 'pigeon': set one of console, twilio."),
        ({"PORT": "eighty"}, "PORT is 'eighty': set a whole number."),
        ({"WEB_WORKERS": "-1"}, "WEB_WORKERS is '-1': set a whole number."),
    ],
)
def test_what_is_unsafe_or_cannot_work_is_refused_with_what_to_set(told, changes, sentence):
    with pytest.raises(SettingsError) as refusal:
        told(**PRODUCTION | changes)
    assert sentence in str(refusal.value)


def test_a_refusal_names_no_secret(told):
    with pytest.raises(SettingsError) as refusal:
        told(**PRODUCTION | {"SECRET_KEY": SHORT})
    assert SHORT not in str(refusal.value)


def test_production_keeps_no_secret_on_disk(told, tmp_path):
    told(**PRODUCTION)
    assert list(tmp_path.iterdir()) == []


def test_secrets_made_at_first_run_stay_and_only_we_read_them(told, tmp_path):
    first, again = told(), told()
    assert first == again
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert files == {"secret-key": 0o600, "field-keys": 0o600, "demo-password": 0o600}
    assert len(first.secret_key) >= 32
    assert first.secret_key not in first.field_keys
    assert len(first.demo_password) >= 12


def test_two_folders_share_no_secret(tmp_path):
    one, other = (
        Settings.from_env({"DATA_DIR": str(tmp_path / name)}) for name in ("one", "other")
    )
    assert one.secret_key != other.secret_key
    assert one.field_keys != other.field_keys


def test_keys_are_a_list_whose_first_encrypts(told):
    assert told(FIELD_KEYS=" new , old,").field_keys == ("new", "old")


def test_the_end_of_an_address_does_not_matter(told):
    settings = told(PUBLIC_URL="http://desk.example/", TWILIO_API_BASE_URL="http://twin/")
    assert settings.public_url == "http://desk.example"
    assert settings.twilio_api_base_url == "http://twin"


def test_without_a_demo_there_is_no_demo_password(told):
    assert told(DEMO="0", DEMO_PASSWORD="Crane-Lake-Barley-77").demo_password == ""
