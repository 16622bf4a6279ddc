"""Files of leads: recognition, the ledger that adds up, resuming, the error file, the command."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.test import override_settings

from dengta.connect.formats.tabular import open_table
from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.inputs import BadInput
from dengta.core.testing import count_queries
from dengta.core.verbs import NotAllowed
from dengta.leads.importing import running
from dengta.leads.importing.files import error_file, upload
from dengta.leads.importing.running import advance, preview
from dengta.leads.models import ImportRow, ImportRun, Lead
from dengta.leads.tests import factories
from dengta.work.models import Task

HEADER = "线索编号,姓名,手机号,意向车系,城市,备注,颜色\n"


@pytest.fixture(autouse=True)
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


def lines(count, start=0):
    return "".join(f"L{n},客户{n},137{n:08d},X5,上海,,红\n" for n in range(start, start + count))


def begin(desk, text, name="leads.csv"):
    with scope.open(desk.house.group.pk):
        by = Actor.system(desk.house.group.pk)
        run = upload(io.BytesIO(text.encode("gb18030")), name, store=desk.house.north, by=by)
        run.start(by=by)
        return run


def finish(desk, run):
    while advance(desk.house.group.pk, run.pk):
        pass
    with scope.open(desk.house.group.pk):
        run.refresh_from_db()
    return run


def test_columns_are_recognised_and_unknown_ones_kept(desk):
    run = begin(desk, HEADER + lines(3))

    targets = {one["header"]: one["target"] for one in run.columns}
    assert targets == {
        "线索编号": "external_id",
        "姓名": "name",
        "手机号": "phone",
        "意向车系": "series",
        "城市": "city",
        "备注": "message",
        "颜色": "",
    }
    finish(desk, run)
    with scope.open(desk.house.group.pk):
        assert Lead.objects.first().extra["颜色"] == "红"


def test_the_ledger_adds_up_and_says_why(desk):
    known = factories.make_lead(desk.channel, desk.agent.employee, phone="13700000001")
    employee = desk.cast.north_manager.employee.mobile
    run = begin(
        desk, HEADER + lines(3) + f"L8,员工,{employee},,,,\n" + "L9,无号,123,,,,\n" + "L0,重复,13700000000,,,,\n"
    )

    finish(desk, run)

    with scope.open(desk.house.group.pk):
        rows = dict(ImportRow.objects.order_by("line").values_list("line", "outcome"))
        reasons = dict(ImportRow.objects.values_list("line", "reason"))
        second = ImportRow.objects.get(line=3)
    assert run.state == "done"
    assert rows == {2: "created", 3: "updated", 4: "created", 5: "skipped", 6: "failed", 7: "skipped"}
    assert (run.read, run.created, run.updated, run.skipped, run.failed) == (6, 2, 1, 2, 1)
    assert second.lead_id == known.pk
    assert reasons[6] and reasons[5] and reasons[7]


def test_reading_the_same_file_again_creates_nothing(desk):
    finish(desk, begin(desk, HEADER + lines(5)))

    again = finish(desk, begin(desk, HEADER + lines(5).replace("客户2", "王先生")))

    assert (again.created, again.updated, again.skipped) == (0, 1, 4)
    with scope.open(desk.house.group.pk):
        assert Lead.objects.count() == 5
        assert Lead.objects.get(external_id="L2").name == "王先生"


def test_a_run_that_was_interrupted_goes_on_where_it_was(desk, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 10)
    run = begin(desk, HEADER + lines(35))
    for _step in range(3):
        advance(desk.house.group.pk, run.pk)
    with scope.open(desk.house.group.pk):
        run.refresh_from_db()
        assert (run.read, run.done_rows) == (35, 20)

    def broken(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(running, "pipe", broken)
        with pytest.raises(KeyboardInterrupt):
            advance(desk.house.group.pk, run.pk)
    finish(desk, run)

    assert (run.state, run.created, run.done_rows) == ("done", 35, 35)
    with scope.open(desk.house.group.pk):
        assert Lead.objects.count() == 35


def test_a_poisonous_row_fails_alone(desk, monkeypatch):
    run = begin(desk, HEADER + lines(8))
    real = running.pipe

    def picky(found, rows, **more):
        if any("客户5" in row.cells for row in rows):
            raise ValueError("poison")
        return real(found, rows, **more)

    monkeypatch.setattr(running, "pipe", picky)
    finish(desk, run)

    assert (run.created, run.failed) == (7, 1)


def test_the_error_file_has_the_failed_rows_with_their_reasons(desk, tmp_path):
    run = finish(desk, begin(desk, HEADER + lines(2) + "L9,无号,123,X5,,=1+1,\n"))

    with scope.open(desk.house.group.pk):
        path = tmp_path / "errors.xlsx"
        path.write_bytes(error_file(run))
    table = open_table(path)
    rows = [cells for _number, cells in table.rows()]
    assert rows[0][:3] == ["L9", "无号", "123"]
    assert rows[0][-1]


def test_a_preview_changes_nothing(desk):
    run = begin(desk, HEADER + lines(3) + "L9,无号,123,,,,\n")

    with scope.open(desk.house.group.pk):
        shown = preview(run, count=20)
        assert Lead.objects.count() == Task.objects.count() == 0
    assert [one["outcome"] for one in shown] == ["created", "created", "created", "failed"]


def test_a_file_that_is_no_table_is_refused_in_words(desk):
    with pytest.raises(NotAllowed):
        begin(desk, "<html><body>no</body></html>", "x.xlsx")


def test_an_import_needs_a_phone_column(desk):
    with pytest.raises(BadInput):
        begin(desk, "姓名,备注\n王,哈\n")


def test_statements_do_not_depend_on_the_rows(desk, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 500)
    counted = []
    finish(desk, begin(desk, HEADER + lines(1, 5000)))  # tables are compiled once per process
    for count, start in ((20, 0), (400, 1000)):
        run = begin(desk, HEADER + lines(count, start))
        advance(desk.house.group.pk, run.pk)
        with count_queries() as asked:
            advance(desk.house.group.pk, run.pk)
        counted.append(len(asked))

    assert counted[0] == counted[1]


def test_the_command_prints_a_ledger(desk, command, tmp_path, capsys):
    file = Path(tmp_path) / "in.csv"
    file.write_text(HEADER + lines(4) + "L9,无号,123,,,,\n", encoding="utf-8")

    code = command(
        "import", "leads", str(file), "--store", desk.house.north.code, "--json", "--errors", str(tmp_path / "bad.xlsx")
    )

    answer = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (answer["read"], answer["created"], answer["failed"]) == (5, 4, 1)
    assert (tmp_path / "bad.xlsx").exists()
    assert command("import", "leads", str(file), "--store", "nowhere") == 1
    with scope.open(desk.house.group.pk):
        assert ImportRun.objects.get().state == "done"
