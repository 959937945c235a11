"""One place that commits: an entry point opens a unit of work, services only flush."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.orm.exc import StaleDataError

from service_desk.foundation.database import session
from service_desk.foundation.faults import StaleEdit


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Everything inside is kept, or nothing is.

    What was read before is read again: decisions are made on rows of this transaction.
    Raises StaleEdit when somebody else changed a versioned row meanwhile.
    """
    end_reading()
    session.connection(execution_options={"writing": True})
    try:
        yield
        session.commit()
    except StaleDataError as error:
        session.rollback()
        raise StaleEdit from error
    except BaseException:
        session.rollback()
        raise


def end_reading() -> None:
    """Forgets what was only read, as a rollback does, but tells the database COMMIT.

    After a ROLLBACK the driver drops every statement that it has prepared on the connection,
    and PostgreSQL would parse and plan those of the next request anew. Told past SQLAlchemy:
    nothing is flushed, and its rollback then finds nothing to do.
    """
    current = session()
    if current.in_transaction() and current.is_active:
        current.connection().connection.commit()
    current.rollback()


def set_up(app: Flask) -> None:
    @app.teardown_request
    def end(error: BaseException | None) -> None:
        if error is None:
            end_reading()
