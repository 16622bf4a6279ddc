"""The template tags: what they write, and that nothing unescaped gets through."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.messages.storage.base import Message
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone, translation

from dengta.core.actors import EVERYWHERE, Actor, Reach
from dengta.core.registry import registry
from dengta.core.tests.things import Thing
from dengta.core.verbs import VerbEntry

EVIL = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def render(text, **values):
    return Template("{% load dengta %}" + text).render(Context(values)).strip()


def test_an_icon_is_silent_beside_a_word_and_speaks_alone():
    assert 'aria-hidden="true"' in render('{% icon "phone" %}')
    assert 'role="img" aria-label="Call"' in render('{% icon "phone" "Call" %}')


def test_an_unknown_icon_becomes_a_circle():
    assert "#circle" in render('{% icon "no-such-icon" %}')


def test_when_carries_the_machine_time_and_the_full_time():
    at = timezone.now()

    shown = render("{% when at %}", at=at)

    assert f'datetime="{at.isoformat()}"' in shown
    assert "Today" in shown
    assert render("{% when at %}", at=None) == "—"


def test_a_countdown_says_its_state_in_words_and_for_scripts():
    shown = render("{% countdown due %}", due=timezone.now() - timedelta(minutes=12))

    assert 'data-state="late"' in shown
    assert "over by 12:0" in shown
    assert render("{% countdown due %}", due=None) == ""


def test_a_state_badge_takes_its_tone_from_the_row():
    class Row:
        STATE_TONES = {"lost": "late"}
        state = "lost"

        def get_state_display(self):
            return EVIL

    shown = render("{% state_badge row %}", row=Row())

    assert "tone-late" in shown
    assert EVIL not in shown
    assert render("{% state_badge row %}", row=SimpleNamespace(state="")) == ""


def test_phones_are_masked():
    shown = render("{% mask_phone number %}", number="+8613812345678")

    assert "138****5678" in shown
    assert "12345" not in shown


@pytest.mark.parametrize(("part", "whole", "width"), [(3, 12, "25.0%"), (20, 10, "100.0%"), (0, 5, "0%"), (1, 0, "0%")])
def test_a_share_is_a_width(part, whole, width):
    assert render("{% share part whole %}", part=part, whole=whole) == width


def test_entries_are_grouped_by_day():
    now = timezone.now()
    entries = [{"at": now}, {"at": now}, {"at": now - timedelta(days=2)}]

    assert render("{% for day in entries|by_day %}{{ day.entries|length }} {% endfor %}", entries=entries) == "2 1"


def test_with_query_keeps_the_rest_of_the_address():
    request = RequestFactory().get("/leads/?q=wang&after=5")

    text = "{% load dengta %}{% with_query after=None view='mine' %}"

    assert Template(text).render(RequestContext(request)) == "?q=wang&amp;view=mine"


def test_a_component_gets_its_inputs_body_and_slots_and_nothing_else():
    text = '{% ui "panel" title=name %}<b>{{ inner }}</b>{% slot "actions" %}<i>go</i>{% endslot %}{% endui %}'

    shown = render(text, name=EVIL, inner=EVIL, icon="phone", foot="LEAK")

    assert EVIL not in shown
    assert shown.count("&lt;script&gt;") == 3
    assert '<div class="push row-line"><i>go</i></div>' in shown
    assert "LEAK" not in shown


def test_component_inputs_are_named():
    with pytest.raises(TemplateSyntaxError):
        render('{% part "tile" "Leads" %}')


def test_only_our_own_addresses_can_be_an_undo():
    def undo(tags):
        return render("{{ message|undo_url }}", message=Message(25, "x", extra_tags=tags))

    assert undo("undo:/v/leads/lead/1/reopen/") == "/v/leads/lead/1/reopen/"
    assert undo("undo://evil.example/x") == ""
    assert undo("undo:https://evil.example") == ""
    assert undo("") == ""


# -- verb buttons --------------------------------------------------------------------------------------------------
def button(row, name, actor, **given):
    """With the verbs of an example noun in the registry for this moment."""
    request = RequestFactory().get("/")
    request.actor = actor
    entries = [VerbEntry(f"auth.group.{verb}", Thing, getattr(Thing, verb).verb) for verb in ("mend", "drop", "close")]
    extra = " ".join(f'{key}="{value}"' for key, value in given.items())
    text = "{% load dengta %}{% verb_button row '" + name + "' " + extra + " %}"
    with registry.temporarily(*entries):
        return Template(text).render(RequestContext(request, {"row": row})).strip()


def person(**grants):
    named = {f"auth.group.{name}": reach for name, reach in grants.items()}
    return Actor("employee", 1, "Li", 1, 1, grants=named)


def test_a_verb_without_permission_has_no_button():
    assert button(Thing(pk=1), "mend", person()) == ""
    assert button(Thing(pk=1), "mend", person(mend=Reach(stores=frozenset({2})))) == ""


def test_a_verb_with_inputs_opens_its_form_in_the_dialog():
    shown = button(Thing(pk=1), "mend", person(mend=EVERYWHERE))

    assert 'hx-get="/v/auth/group/1/mend/"' in shown
    assert 'hx-target="#dialog-body"' in shown


def test_a_verb_that_cannot_be_undone_asks_with_its_own_words():
    shown = button(Thing(pk=1), "drop", person(drop=EVERYWHERE))

    assert 'hx-post="/v/auth/group/1/drop/"' in shown
    assert 'data-confirm="It is gone for good."' in shown


def test_a_refused_verb_is_greyed_and_says_why():
    shown = button(Thing(pk=1), "close", person(close=EVERYWHERE))

    assert 'aria-disabled="true"' in shown
    assert "is not possible while this is" in shown
    assert "hx-post" not in shown
