"""The least that a web application can do: one INSERT, and one list of fifty rows."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue

TABLE = sa.Table(
    "bare",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now()),
    sa.Column("area", sa.String(12), index=True),
    sa.Column("words", sa.Text),
)
PAGE = """<!doctype html><title>List</title><table>{% for row in rows %}
<tr><td>{{ row.id }}</td><td>{{ row.at }}</td><td>{{ row.area }}</td><td>{{ row.words }}</td></tr>
{% endfor %}</table>"""
ROWS, STORED = 50, 1000


def make(url: str) -> Flask:
    """POST / inserts, GET / lists."""
    app, engine = Flask("bare"), sa.create_engine(url)
    TABLE.create(engine)
    rows = [{"area": "533401101003", "words": "x" * 60}] * STORED
    with engine.begin() as connection:
        connection.execute(sa.insert(TABLE), rows)
    newest = sa.select(TABLE).order_by(TABLE.c.id.desc()).limit(ROWS)

    @app.post("/")
    def insert() -> ResponseReturnValue:
        values = {"area": request.form["area"], "words": request.form["description"]}
        with engine.begin() as connection:
            connection.execute(sa.insert(TABLE), values)
        return redirect("/", 303)

    @app.get("/")
    def rows_page() -> str:
        with engine.connect() as connection:
            return render_template_string(PAGE, rows=connection.execute(newest).all())

    return app
