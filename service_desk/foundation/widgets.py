"""Form widgets: those of govuk-frontend-wtf, speaking the reader's language.

A template writes `{{ form.name(heading=True, autocomplete="name") }}`: what GOV.UK's macro knows
becomes its parameter, `heading` makes the label the page's h1, `hint` replaces the description,
anything else becomes an attribute of the input.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from govuk_frontend_wtf import wtforms_widgets as govuk
from jinja2 import BaseLoader, ChoiceLoader, PackageLoader, PrefixLoader
from markupsafe import Markup, escape

from service_desk.foundation.localisation import gettext as _

__all__ = [
    "CharacterCount",
    "Checkbox",
    "Checkboxes",
    "FileInput",
    "PasswordInput",
    "Radios",
    "Select",
    "TextArea",
    "TextInput",
    "set_up",
]

COMMON = frozenset({"autocomplete", "classes", "describedBy", "formGroup", "spellcheck"})
HEADING = {"isPageHeading": True}
END = Markup("</select>")


def parameters(arguments: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """Takes from `arguments` what the macro knows, in the macro's own shape."""
    taken = {name: arguments.pop(name) for name in known & arguments.keys()}
    if hint := arguments.pop("hint", None):
        taken["hint"] = {"text": hint}
    taken["attributes"] = arguments.pop("attributes", {})
    return taken


class Spoken:
    """Goes before a govuk widget: words in the reader's language, and a lighter rendering."""

    template: str
    known = COMMON

    def __call__(self, field: Any, **arguments: Any) -> Markup:
        heading = arguments.pop("heading", False)
        taken = parameters(arguments, self.known)
        taken.update(self.title(field, heading=heading))
        taken.update(self.words())
        rendered: Markup = super().__call__(field, params=taken, **arguments)  # type: ignore[misc]
        return rendered

    def title(self, field: Any, *, heading: bool) -> dict[str, Any]:
        """The label; as the page's h1 when the page asks one question only."""
        extra = HEADING | {"classes": "govuk-label--l"} if heading else {}
        return {"label": {"text": field.label.text, **extra}}

    def words(self) -> dict[str, Any]:
        """Further sentences that a macro would say in English."""
        return {}

    def map_gov_params(self, field: Any, **arguments: Any) -> dict[str, Any]:
        params: dict[str, Any] = super().map_gov_params(field, **arguments)  # type: ignore[misc]
        if params.get("errorMessage"):
            params["errorMessage"]["visuallyHiddenText"] = _("Error")
        if not (params.get("hint") or {}).get("text"):
            params.pop("hint", None)
        return params

    def render(self, params: dict[str, Any]) -> Markup:
        """Without Flask's context processors, which would run once for every field."""
        template = current_app.jinja_env.get_template(self.template)
        return Markup(template.render(params=params))  # noqa: S704 # the template escapes


class Grouped(Spoken):
    """Several inputs with one question: the question is a legend."""

    legend_size = "govuk-fieldset__legend--s"

    def title(self, field: Any, *, heading: bool) -> dict[str, Any]:
        size = "govuk-fieldset__legend--l" if heading else self.legend_size
        legend = {"text": field.label.text, "isPageHeading": heading, "classes": size}
        return {"fieldset": {"legend": legend}, "idPrefix": field.id}


class TextInput(Spoken, govuk.GovTextInput):
    """One line."""

    known = COMMON | {"autocapitalize", "inputmode", "pattern", "prefix", "suffix"}


class TextArea(Spoken, govuk.GovTextArea):
    """Several lines."""

    known = COMMON | {"rows"}


class Select(Spoken, govuk.GovSelect):
    """A list to pick from."""

    def render(self, params: dict[str, Any]) -> Markup:
        """The options are written here: GOV.UK's macro takes as long for each as for a field."""
        options = Markup("".join(map(_option, params["items"])))  # noqa: S704 # escaped each
        return super().render(params | {"items": []}).replace(END, options + END)


def _option(item: dict[str, Any]) -> str:
    selected = " selected" if item["selected"] else ""
    return f'<option value="{escape(item["value"])}"{selected}>{escape(item["text"])}</option>'


class FileInput(Spoken, govuk.GovFileInput):
    """One file, or several with `multiple=True`."""


class Radios(Grouped, govuk.GovRadioInput):
    """One of a few."""


class Checkboxes(Grouped, govuk.GovCheckboxesInput):
    """Some of a few."""


class Checkbox(Grouped, govuk.GovCheckboxInput):
    """Yes or nothing; the label stands beside the box."""


class PasswordInput(Spoken, govuk.GovPasswordInput):
    """Never filled in again by the server; can be shown while it is typed."""

    def words(self) -> dict[str, Any]:
        return {
            "showPasswordText": _("Show"),
            "hidePasswordText": _("Hide"),
            "showPasswordAriaLabelText": _("Show password"),
            "hidePasswordAriaLabelText": _("Hide password"),
            "passwordShownAnnouncementText": _("Your password is visible"),
            "passwordHiddenAnnouncementText": _("Your password is hidden"),
        }


class CharacterCount(Spoken, govuk.GovCharacterCount):
    """Several lines with `maxlength` (characters) counted down below."""

    known = COMMON | {"rows", "maxlength", "threshold"}

    def words(self) -> dict[str, Any]:
        return {
            "textareaDescriptionText": counting(_("You can enter up to {count} characters")),
            "charactersUnderLimitText": plural(_("You can still enter {count} characters")),
            "charactersAtLimitText": _("You have reached the limit"),
            "charactersOverLimitText": plural(_("That is {count} characters too many")),
        }


def counting(sentence: str) -> str:
    """GOV.UK's own mark for the number, which gettext would take for a format."""
    return sentence.replace("{count}", "%{count}")


def plural(sentence: str) -> dict[str, str]:
    return {"one": counting(sentence), "other": counting(sentence)}


def set_up(app: Flask) -> None:
    """Makes the macros of GOV.UK Frontend known to templates; ours come first."""
    packages: dict[str, BaseLoader] = {
        name: PackageLoader(name) for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")
    }
    own = [app.jinja_loader] if app.jinja_loader else []
    app.jinja_loader = ChoiceLoader([*own, PrefixLoader(packages)])
