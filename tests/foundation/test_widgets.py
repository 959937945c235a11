"""What a form's widgets write."""

from __future__ import annotations

from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice

from service_desk.foundation.widgets import Select

CHOICES = [SelectChoice("a", "<b>Ä</b>"), SelectChoice('"q"', "</select>")]


class Choosing(Form):
    """One list to pick from."""

    place = SelectField("Place", choices=CHOICES, widget=Select())


def test_what_stands_in_a_list_is_escaped_and_the_chosen_one_is_marked(app):
    with app.test_request_context():
        page = str(Choosing(data={"place": "a"}).place())
    assert '<option value="a" selected>&lt;b&gt;Ä&lt;/b&gt;</option>' in page
    assert '<option value="&#34;q&#34;">&lt;/select&gt;</option></select>' in page
    assert page.count("</select>") == 1
