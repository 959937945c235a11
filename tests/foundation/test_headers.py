"""Every page carries the headers of a careful site."""

from __future__ import annotations

import re

import pytest

from service_desk.foundation import headers

NONCE = re.compile(r"'nonce-([^']+)'")


def test_a_policy_without_inline_script_or_style(client):
    policy = client.get("/login").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "style-src 'self';" in policy


def test_the_nonce_is_new_on_every_page_and_that_of_the_page(client):
    answers = [client.get("/login") for _ in range(5)]
    nonces = [NONCE.search(a.headers["Content-Security-Policy"])[1] for a in answers]
    assert len(set(nonces)) == 5
    for answer, nonce in zip(answers, nonces, strict=True):
        assert set(re.findall(r'nonce="([^"]*)"', answer.text)) <= {nonce}
        for script in re.findall(r"<script[^>]*>", answer.text):
            assert "src=" in script or f'nonce="{nonce}"' in script


def test_one_nonce_a_response(app):
    with app.test_request_context():
        assert headers.nonce() == headers.nonce()
        assert len(headers.nonce()) >= 20


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/healthz"])
def test_every_answer_has_them(client, path):
    found = client.get(path).headers
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Referrer-Policy"] == "same-origin"
    assert found["Cross-Origin-Opener-Policy"] == "same-origin"
    assert found["Cache-Control"] == "no-store"


def test_static_files_may_be_kept(client):
    page = client.get("/login").text
    path = re.search(r'"(/static/[^"]+\.css[^"]*)"', page)[1]
    answer = client.get(path)
    assert answer.status_code == 200
    assert "no-store" not in answer.headers["Cache-Control"]
    answer.close()


def test_only_a_site_with_https_promises_it(make_app):
    plain, safe = make_app(), make_app(PUBLIC_URL="https://desk.example.org")
    name = "Strict-Transport-Security"
    assert name not in plain.test_client().get("/login").headers
    answer = safe.test_client().get("/login", base_url="https://desk.example.org")
    assert "max-age=31536000" in answer.headers[name]
    cookie = answer.headers.get("Set-Cookie", "__Host-desk Secure")
    assert "__Host-desk" in cookie
    assert "Secure" in cookie
