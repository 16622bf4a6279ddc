"""How texts are found and become Traditional Chinese."""

import polib

from dengta.config.messages import Text, from_python, from_template, merge, traditional


def test_texts_are_found_in_python():
    source = '_("Save")\nngettext("one lead", "%(n)s leads", n)\npgettext("door", "Open")\nf(_)(name)\n_("a " "b")'

    assert set(from_python(source)) == {Text(None, "Save", ""), Text(None, "one lead", "%(n)s leads"),
                                        Text("door", "Open", ""), Text(None, "a b", "")}


def test_texts_are_found_in_templates():
    source = ("{% load i18n %}{% translate \"It's (here)\" %}{% blocktranslate count n=n trimmed %}\n  {{ n }} lead\n"
              "{% plural %}\n  {{ n }} leads\n{% endblocktranslate %}{% include 'core/x.html' with label=_('Go on') %}")

    assert set(from_template(source, "x")) == {Text(None, "It's (here)", ""), Text(None, "%(n)s lead", "%(n)s leads"),
                                               Text(None, "Go on", "")}


def test_translations_are_kept_and_unused_ones_go():
    old = polib.POFile()
    old.append(polib.POEntry(msgid="Save", msgstr="保存"))
    old.append(polib.POEntry(msgid="Gone", msgstr="没了"))

    new = merge(old, {Text(None, "Save", ""): {"views.py"}, Text(None, "New", ""): {"views.py"}})

    assert {entry.msgid: entry.msgstr for entry in new} == {"Save": "保存", "New": ""}


def test_traditional_is_made_from_simplified():
    old = polib.POFile()
    old.append(polib.POEntry(msgid="Leads", msgstr="线索"))
    old.append(polib.POEntry(msgid="Projects", msgstr="项目"))

    assert {entry.msgid: entry.msgstr for entry in traditional(old)} == {"Leads": "線索", "Projects": "項目"}
