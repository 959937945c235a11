"""One place that commits: an entry point opens a unit of work, services only flush."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm.exc import StaleDataError

from service_desk.foundation.database import session
from service_desk.foundation.faults import StaleEdit


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Everything inside is kept, or nothing is.

    What was read before is read again: decisions are made on rows of this transaction.
    Raises StaleEdit when somebody else changed a versioned row meanwhile.
    """
    session.rollback()
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
