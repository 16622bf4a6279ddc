"""CSV and spreadsheets of people, and files that only look like them."""

import io
import struct
import zipfile

import pytest
import xlsxwriter

from dengta.connect.formats import columns, sheets
from dengta.connect.formats.error_file import neutral, write_error_file
from dengta.connect.formats.tabular import open_table
from dengta.connect.types import FormatRefused

HEADER = ["姓名", "手机号码", "意向车系", "预算"]
ROWS = [["王小明", "13800138000", "X5", "25.8万"], ["李四", "13900139000", "Model Y", "20-30万"]]


@pytest.fixture
def csv_file(tmp_path):
    def write(text: str, encoding: str = "utf-8"):
        path = tmp_path / "leads.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def xlsx_file(tmp_path):
    def write(*rows, sheet="Sheet1", start=0):
        path = tmp_path / "leads.xlsx"
        with xlsxwriter.Workbook(path) as book:
            page = book.add_worksheet(sheet)
            for number, row in enumerate(rows, start=start):
                page.write_row(number, 0, row)
        return path

    return write


def lines(delimiter=","):
    return "\r\n".join(delimiter.join(row) for row in [HEADER, *ROWS]) + "\r\n"


def refusal(path) -> str:
    with pytest.raises(FormatRefused) as refused:
        list(open_table(path).rows())
    return refused.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_in_every_encoding_and_delimiter(csv_file, encoding, delimiter):
    table = open_table(csv_file(lines(delimiter), encoding))

    assert list(table.header) == HEADER
    assert list(table.rows()) == [(2, ROWS[0]), (3, ROWS[1])]
    assert table.delimiter == delimiter


def test_a_file_that_is_ascii_for_long_and_then_chinese(csv_file):
    text = "name,phone\n" + "smith,13800138000\n" * 20_000 + "王小明,13900139000\n"

    assert list(open_table(csv_file(text, "gbk")).rows())[-1] == (20_002, ["王小明", "13900139000"])


def test_quotes_line_breaks_and_short_rows(csv_file):
    table = open_table(csv_file('sep=,\n姓名,手机,留言\n"王\n小明",13800138000\n,,\n李四,13900139000,"说""好"""\n'))

    assert [cells for _, cells in table.rows()] == [["王\n小明", "13800138000", ""], ["李四", "13900139000", '说"好"']]


def test_titles_above_the_header_and_files_without_one(csv_file):
    titled = open_table(csv_file("2026年展厅客户登记,,\n\n姓名,手机,城市\n王小明,13800138000,北京\n"))
    bare = open_table(csv_file("王小明,13800138000,北京\n李四,13900139000,上海\n"))

    assert titled.header == ("姓名", "手机", "城市") and titled.header_row == 3
    assert bare.header == ("#1", "#2", "#3") and bare.header_row == 0
    assert len(list(bare.rows())) == 2


def test_reading_continues_after_a_row(csv_file):
    assert list(open_table(csv_file(lines())).rows(after=2)) == [(3, ROWS[1])]


def test_xlsx_gives_text_as_people_see_it(xlsx_file):
    path = xlsx_file(
        ["姓名", "手机", "预算", "首次"], ["王", 13800138000, 25.8, ""], [], ["李", "+86 139", True, "'=x"]
    )

    table = open_table(path)

    assert table.kind == "xlsx" and table.sheets == ("Sheet1",)
    assert list(table.rows()) == [(2, ["王", "13800138000", "25.8", ""]), (4, ["李", "+86 139", "1", "=x"])]


def test_row_numbers_are_those_of_the_spreadsheet(xlsx_file):
    table = open_table(xlsx_file(HEADER, *ROWS, start=5))

    assert table.header_row == 6
    assert [number for number, _ in table.rows()] == [7, 8]


def test_a_named_sheet(xlsx_file):
    path = xlsx_file(HEADER, *ROWS, sheet="线索")

    assert len(list(open_table(path, sheet="线索").rows())) == 2
    with pytest.raises(FormatRefused) as refused:
        open_table(path, sheet="no")
    assert refused.value.code == "no_sheet"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "not_a_table"),
        (b"%PDF-1.7\n", "not_a_table"),
        (b"\x00\x01\x02\x03" * 100, "not_a_table"),
        (b"PK\x03\x04" + b"\0" * 100, "not_a_sheet"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "not_a_sheet"),
        (("a," * 300 + "\n").encode() * 3, "too_many"),
    ],
)
def test_files_that_are_no_table_are_refused(tmp_path, content, code):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)

    assert refusal(path) == code


def altered(path, part: str, change):
    """The same archive with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change(data) if info.filename == part else data)
    path.write_bytes(out.getvalue())
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(xlsx_file):
    path = altered(xlsx_file(HEADER, *ROWS), SHEET, lambda data: data + b" " * (60 * 1024 * 1024))

    assert refusal(path) == "zip_bomb"


def test_a_zip_that_lies_about_its_sizes_is_refused(xlsx_file, monkeypatch):
    path = altered(xlsx_file(HEADER, *ROWS), SHEET, lambda data: data + b" " * (60 * 1024 * 1024))
    data = path.read_bytes()
    large = struct.pack("<I", zipfile.ZipFile(path).getinfo(SHEET).file_size)
    path.write_bytes(data.replace(large, struct.pack("<I", 1000)))

    assert refusal(path) == "zip_bomb"


@pytest.mark.parametrize("dtd", [b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', b'<!ENTITY a "b">'])
def test_xml_entities_in_a_spreadsheet_are_refused(xlsx_file, dtd):
    path = altered(xlsx_file(HEADER, *ROWS), SHEET, lambda data: data.replace(b"?>", b"?>" + dtd, 1))

    assert refusal(path) == "dtd_forbidden"


def test_a_sheet_that_claims_the_last_cell_harms_only_its_reader(xlsx_file):
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path = altered(xlsx_file(HEADER, *ROWS), SHEET, lambda data: data.replace(b"</sheetData>", cell))

    assert refusal(path) in ("too_large", "too_many")


def test_a_sheet_within_the_limits_that_needs_too_much_memory(xlsx_file, monkeypatch):
    monkeypatch.setattr(sheets, "MEMORY", 400 * 1024 * 1024)
    cell = b'<row r="490000"><c r="GR490000"><v>1</v></c></row></sheetData>'
    path = altered(xlsx_file(HEADER, *ROWS), SHEET, lambda data: data.replace(b"</sheetData>", cell))

    assert refusal(path) == "too_large"


def test_columns_are_recognised_by_name():
    header = ["客户姓名*", "联系电话", "备用电话", "意向车型", "购车预算(万)", "留资时间", "Remark", "颜色"]

    guesses = columns.recognise(header, [])

    assert [g.target for g in guesses] == ["name", "phone", "phone", "series", "budget", "at", "message", ""]


def test_columns_are_recognised_by_content():
    rows = [
        ["王小明", "138 0013 8000", "北京", "25.8万", "2026-11-21 10:00", "a@b.cn", "白"],
        ["李女士", "+8613900139000", "杭州市", "20-30万", "2026/11/22", "c@d.com", "黑"],
    ]

    guesses = columns.recognise([f"#{i}" for i in range(1, 8)], rows)

    assert [g.target for g in guesses] == ["name", "phone", "city", "budget", "at", "email", ""]
    assert all(g.by == "content" for g in guesses[:6])


def test_the_better_of_two_rivals_wins_and_memory_wins_over_all():
    guesses = columns.recognise(["城市", "所在城市区县"], [], remembered={"所在城市区县": "city"})

    assert [g.target for g in guesses] == ["", "city"]


def test_the_callers_own_tests_recognise_series():
    guesses = columns.recognise(["#1"], [["X5"], ["X3"]], known={"series": lambda c: c in ("X5", "X3")})

    assert guesses[0].target == "series"


def test_a_row_becomes_a_message():
    message = columns.to_message(
        ["姓名", "手机", "备用电话", "颜色"], ["王", "138", "139", "白"], {0: "name", 1: "phone", 2: "phone"}
    )

    assert message == {"name": "王", "phone": ["138", "139"], "extra": {"颜色": "白"}}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("+86 138 0013 8000", "+86 138 0013 8000"),
        ("-5", "-5"),
        ("王小明", "王小明"),
        ("a\x00b\x0b", "ab"),
    ],
)
def test_formulas_are_neutralised(written, expected):
    assert neutral(written) == expected


def test_the_error_file_can_be_mended_and_read_again(tmp_path):
    path = tmp_path / "errors.xlsx"
    failures = [(2, ["=1+1", "138"], "The phone number is too short."), (9, ["<script>", "x"], "No phone.")]

    assert write_error_file(str(path), ["姓名", "手机"], failures, row_label="行", reason_label="原因") == 2
    table = open_table(path)

    assert table.header == ("姓名", "手机", "行", "原因")
    assert [cells for _, cells in table.rows()] == [
        ["=1+1", "138", "2", "The phone number is too short."],
        ["<script>", "x", "9", "No phone."],
    ]
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read(SHEET)
