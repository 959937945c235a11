"""Which provider the settings name."""

from __future__ import annotations

from service_desk.foundation.settings import Settings
from service_desk.messaging.gateway import Provider
from service_desk.messaging.providers.console import ConsoleProvider
from service_desk.messaging.providers.twilio import TwilioProvider


def provider_of(settings: Settings) -> Provider:
    """Imported by workers only: the web process never sends."""
    if settings.sms_provider == "twilio":
        return TwilioProvider(settings)
    return ConsoleProvider()
