"""The whole desk: every address says who may use it, and holds to it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from service_desk.accounts import enforce
from service_desk.accounts.enforce import Undeclared, refuse_undeclared
from service_desk.accounts.rules import permissions_of
from service_desk.directory.roles import Role
from service_desk.foundation.access import Permission, Rule, rule_of
from service_desk.operations.demo_people import ACCOUNTS

VALUES = {"int": "2147483647", "area_code": "533401101003", "month": "2026-01"}
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


def routes(app, rules):
    """(method, address, rule) of every route whose view declares one of these rules."""
    for route in app.url_map.iter_rules():
        rule = rule_of(app.view_functions[route.endpoint])
        if rule in rules:
            for method in sorted(route.methods - {"OPTIONS", "HEAD"}):
                yield method, address(route.rule), rule


def address(pattern):
    """An address of the pattern at which nothing is."""

    def value(match):
        kind, _, name = match[1].rpartition(":")
        if kind.startswith("any("):
            return re.split(r"[\s,()'\"]+", kind)[1]
        return VALUES.get(name, VALUES["int"] if kind.startswith("int") else "0000000000")

    return re.sub(r"<([^>]+)>", value, pattern)


def test_every_address_that_is_tried_leads_to_its_own_view(app):
    wrong = []
    for route in app.url_map.iter_rules():
        for method in route.methods - {"OPTIONS", "HEAD"}:
            endpoint, _ = app.url_map.bind("localhost").match(address(route.rule), method)
            if endpoint != route.endpoint:
                wrong.append((method, route.rule, endpoint))
    assert wrong == []


def test_no_number_in_an_address_is_beyond_what_a_database_counts(app):
    """PostgreSQL's integers end there: one more would be an error of the desk's own."""
    numbers = [
        (route.rule, number)
        for route in app.url_map.iter_rules()
        for number in re.findall(r"<(int[^:]*):", route.rule)
    ]
    assert numbers
    bound = f"max={VALUES['int']}"
    assert [rule for rule, number in numbers if bound not in number] == []


def request(client, method, path, token):
    if method in WRITES:
        return client.open(path, method=method, data={"csrf_token": token})
    return client.open(path, method=method)


def test_every_view_declares_who_may_use_it(app):
    undeclared = [
        f"{sorted(route.methods)} {route.rule}"
        for route in app.url_map.iter_rules()
        if route.endpoint != "static" and rule_of(app.view_functions[route.endpoint]) is None
    ]
    assert undeclared == []


def test_a_desk_with_an_undeclared_view_does_not_start():
    app = Flask("desk")
    app.add_url_rule("/open", "open", lambda: "everything")
    with pytest.raises(Undeclared, match="open"):
        refuse_undeclared(app)


def test_the_staff_pages_of_the_contract_are_not_open(app):
    staff = ("/queue", "/desk", "/triage", "/board", "/feedback", "/reports", "/admin", "/account")
    open_ = [path for _method, path, _rule in routes(app, enforce.OPEN) if path.startswith(staff)]
    assert open_ == []


def test_strangers_are_led_to_the_sign_in_page(app, client):
    closed = [*Permission, Rule.SIGNED_IN]
    token = client.hidden("/login")["csrf_token"]
    seen = 0
    for method, path, _rule in routes(app, closed):
        answer = request(client, method, path, token)
        assert answer.status_code == 302, (method, path, answer.status_code)
        assert answer.location.startswith("/login"), (method, path)
        seen += 1
    assert seen > 40


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda each: each.username)
def test_the_wrong_role_is_refused_everywhere(app, as_, account):
    """Whatever a role may not do gets 403, before anything is looked up or changed."""
    client, own = as_(account.username), permissions_of(account.role)
    token = client.hidden("/account")["csrf_token"]
    refused = set(Permission) - own
    for method, path, rule in routes(app, refused):
        answer = request(client, method, path, token)
        assert answer.status_code == 403, (method, path, rule, answer.status_code)


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda each: each.username)
def test_what_a_role_may_open_never_breaks(app, as_, account):
    """At addresses where nothing is: not found, refused or an empty page; never an error."""
    client, own = as_(account.username), permissions_of(account.role)
    token = client.hidden("/account")["csrf_token"]
    for method, path, _rule in routes(app, own | {Rule.SIGNED_IN}):
        if path != "/logout":
            answer = request(client, method, path, token)
            assert answer.status_code < 500, (method, path, answer.status_code)


@pytest.mark.parametrize("username", ["admin", "lead.jiantang", "grid.beimen", "auditor"])
def test_no_form_is_taken_without_a_token(app, as_, username):
    client = as_(username)
    own = permissions_of(next(each.role for each in ACCOUNTS if each.username == username))
    for method, path, _rule in routes(app, own | {Rule.SIGNED_IN}):
        if method in WRITES:
            answer = client.open(path, method=method, data={"csrf_token": "made-up"})
            assert answer.status_code == 400, (method, path, answer.status_code)


def test_every_role_has_a_demo_account_that_shows_its_permissions():
    shown = {permissions_of(each.role) for each in ACCOUNTS}
    rest = {role for role in Role if permissions_of(role) not in shown}
    assert rest <= {Role.DESK_CLERK}


def test_the_navigation_holds_only_what_opens(as_):
    for account in ACCOUNTS:
        client = as_(account.username)
        page = client.get("/account").text
        links = re.findall(r'class="desk-nav__link" href="([^"]+)"', page)
        assert links
        for link in links:
            assert client.get(link).status_code == 200, (account.username, link)
