"""ADF/XML as real senders write it, and as nobody should."""

import time

import pytest

from dengta.connect.formats import adf
from dengta.connect.types import FormatRefused

PLAIN = """<?ADF VERSION "1.0"?>
<?xml version="1.0" encoding="{encoding}"?>
<adf>
 <prospect status="new">
  <id sequence="1" source="Autohome">AH-1001</id>
  <requestdate>2026-11-21T18:30:20+08:00</requestdate>
  <vehicle interest="buy" status="new">
   <year>2026</year><make>宝马</make><model>X5</model><trim>xDrive40Li</trim>
   <price type="offer" currency="CNY">580000</price>
   <colorcombination><interiorcolor>黑</interiorcolor><exteriorcolor>白</exteriorcolor></colorcombination>
  </vehicle>
  <vehicle interest="trade-in" status="used">
   <year>2018</year><make>奥迪</make><model>A4L</model><vin>LFV3A28W8J3000001</vin>
   <odometer status="replaced" units="km">86000</odometer>
  </vehicle>
  <customer>
   <contact primarycontact="1">
    <name part="first">小明</name><name part="last">王</name>
    <email>wang@example.com</email>
    <phone type="fax">010-88886666</phone>
    <phone type="voice" time="evening">010-88887777</phone>
    <phone type="cellphone" preferredcontact="1">138 0013 8000</phone>
    <phone type="wechat">xm_wang</phone>
    <address type="home"><street line="1">建国路1号</street><city>北京</city><country>CN</country></address>
   </contact>
   <timeframe><description>1个月内</description></timeframe>
   <comments><![CDATA[想看 <白色> & 现车]]></comments>
   <wecom>wm123</wecom>
  </customer>
  <vendor><vendorname>北京一店</vendorname></vendor>
  <provider><name part="full">汽车之家</name><service>询价</service></provider>
 </prospect>
</adf>"""


def one(body: str | bytes, **options):
    [item] = adf.split(body.encode() if isinstance(body, str) else body, **options)
    return item


def prospect(inner: str) -> str:
    return f"<adf><prospect>{inner}</prospect></adf>"


def contact(inner: str) -> str:
    return prospect(f"<customer><contact>{inner}</contact></customer>")


def refusal(body: str | bytes, **options) -> str:
    with pytest.raises(FormatRefused) as refused:
        adf.split(body.encode() if isinstance(body, str) else body, **options)
    return refused.value.code


def test_a_whole_prospect_becomes_a_message_of_the_contract():
    item = one(PLAIN.format(encoding="UTF-8"))

    assert item.external_id == "AH-1001" and item.identity == "AH-1001@Autohome" and not item.is_bad
    fields = item.fields
    assert fields["at"] == "2026-11-21T18:30:20+08:00"
    assert fields["name"] == "王小明"
    assert fields["phone"] == ["138 0013 8000", "010-88887777"]
    assert fields["wechat"] == "xm_wang"
    assert fields["email"] == "wang@example.com"
    assert fields["city"] == "北京"
    assert fields["series"] == "宝马 X5 xDrive40Li"
    assert fields["budget_high"] == 580000
    assert fields["purchase_within_days"] == 30
    assert fields["message"] == "想看 <白色> & 现车"
    assert fields["trade_in"]["model"] == "A4L" and fields["trade_in"]["odometer"] == "86000"
    assert fields["extra"]["fax"] == "010-88886666"
    assert fields["extra"]["provider"] == "汽车之家"
    assert fields["extra"]["vendor"] == "北京一店"
    assert fields["extra"]["unknown"] == {"wecom": "wm123"}
    assert "<wecom>" in item.source


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-16", "utf-16-le", "utf-16-be", "GB18030", "GBK", "gb2312", "big5"])
def test_every_declared_encoding_gives_the_same_name(encoding):
    written = PLAIN if encoding != "big5" else PLAIN.replace("内", "")
    written = written.replace("汽车之家", "AH").replace("询价", "q") if encoding == "big5" else written
    if encoding == "big5":
        written = contact("<name>王小明</name>").replace("<adf>", '<?xml version="1.0" encoding="{encoding}"?><adf>')

    item = one(written.format(encoding=encoding).encode(encoding))

    assert item.fields["name"] == "王小明"


@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("UTF-8", "gbk"),
        ("gb2312", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("iso-8859-1", "gb18030"),
        ("utf-16", "utf-8"),
        ("us-ascii", "gbk"),
        ("no-such-charset", "utf-8"),
    ],
)
def test_the_bytes_win_over_a_wrong_declaration(declared, real):
    item = one(PLAIN.format(encoding=declared).encode(real))

    assert item.fields["name"] == "王小明"
    assert item.fields["series"] == "宝马 X5 xDrive40Li"


def test_latin_1_stays_latin_1():
    body = '<?xml version="1.0" encoding="ISO-8859-1"?>' + contact("<name>José Peña</name>")

    assert one(body.encode("latin-1")).fields["name"] == "José Peña"


def test_utf_7_is_not_an_encoding_we_read():
    body = b'<?xml version="1.0" encoding="UTF-7"?>' + b"+ADw-adf+AD4-+ADw-/adf+AD4-"

    assert refusal(body) == "not_adf"


@pytest.mark.parametrize(
    "prolog",
    [
        "\ufeff",
        "\r\n\r\n  ",
        '<?xml version="1.0"?><?ADF VERSION "1.0"?>',
        '<?ADF VERSION "1.0"?>\n<?XML VERSION "1.0"?>\n',
        '\n<?adf version="1.0"?>\n  <?xml version="1.0" encoding="UTF-8"?>',
    ],
)
def test_any_prolog_is_accepted(prolog):
    assert one(prolog + contact("<name>李四</name>")).fields["name"] == "李四"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ('<name part="full">John Smith</name>', "John Smith"),
        ('<name part="first">John</name><name part="last">Smith</name>', "John Smith"),
        (
            '<name part="last">Smith</name><name part="suffix">Jr.</name><name part="first">J</name>'
            '<name part="middle">Q</name>',
            "J Q Smith Jr.",
        ),
        ('<name part="first">三</name><name part="last">张</name>', "张三"),
        ("<NAME>张三</NAME>", "张三"),
        ('<name part="surname">Smith</name>', "Smith"),
        ("<name><first>John</first><last>Smith</last></name>", "John Smith"),
        ('<name part="full" type="business">ACME</name><name part="full">张三</name>', "张三"),
    ],
)
def test_names_in_one_part_or_several(names, expected):
    assert one(contact(names)).fields["name"] == expected


def test_upper_case_tags_and_namespaces():
    body = contact('<PHONE TYPE="MOBILE">13800138000</PHONE>').replace("<adf>", '<ADF xmlns="http://adf.example/1">')
    body = body.replace("</adf>", "</ADF>").replace("customer", "CUSTOMER").replace("contact", "Contact")

    assert one(body).fields["phone"] == ["13800138000"]


def test_prospects_inside_an_envelope_and_contacts_without_a_customer():
    inner = "<prospect><contact><phone>13800138000</phone></contact></prospect>"
    body = f"<Envelope><Body><adf>{inner}</adf></Body></Envelope>"

    assert one(body).fields["phone"] == ["13800138000"]


def test_repeated_and_odd_phones_are_all_candidates():
    item = one(
        contact("<phone>13800138000</phone><phone type='Day Time'>021-1</phone><phone>13800138000</phone><phone/>")
    )

    assert item.fields["phone"] == ["13800138000", "021-1"]


def test_a_test_drive_and_a_timeframe_by_dates():
    item = one(
        prospect(
            "<requestdate>2026-11-01</requestdate><vehicle interest='test-drive'><model>iX3</model></vehicle>"
            "<customer><contact><phone>13800138000</phone></contact><timeframe><latestdate>2026-12-01</latestdate>"
            "</timeframe></customer>"
        )
    )

    assert item.fields["test_drive"] is True
    assert item.fields["purchase_within_days"] == 30


def test_several_customers_keep_the_first_and_remember_the_others():
    second = "<customer><contact><name>李四</name><phone>13900139000</phone></contact></customer>"
    item = one(contact("<name>张三</name>").replace("</prospect>", second + "</prospect>"))

    assert item.fields["name"] == "张三"
    assert item.fields["extra"]["other_customers"] == [{"name": "李四", "phone": ["13900139000"]}]


def test_several_ids_and_resend():
    item = one(
        "<adf><prospect status='resend'><id source='A'></id><id source='B'>77</id><id source='C'>88</id>"
        "<customer><contact><phone>13800138000</phone></contact></customer></prospect></adf>"
    )

    assert item.fields["status"] == "resend"
    assert (item.external_id, item.identity) == ("77", "77@B")
    assert item.fields["extra"]["ids"] == [{"id": "77", "source": "B"}, {"id": "88", "source": "C"}]


def test_an_id_written_into_the_sequence_attribute():
    assert (
        one(contact("<phone>1</phone>").replace("<customer>", '<id sequence="L-9" source="x"/><customer>')).external_id
        == "L-9"
    )
    assert one(contact("<phone>1</phone>").replace("<customer>", '<id sequence="1"/><customer>')).external_id == ""


def test_a_bad_prospect_does_not_refuse_its_neighbours():
    good = "<prospect><id>{}</id><customer><contact><phone>13800138000</phone></contact></customer></prospect>"
    long_id = "9" * 300

    items = adf.split(f"<adf>{good.format(1)}<prospect/>{good.format(long_id)}{good.format(2)}</adf>".encode())

    assert [i.code for i in items] == ["", "empty", "bad_external_id", ""]
    assert [i.external_id for i in items] == ["1", "", "", "2"]
    assert [i.index for i in items] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("<comments>A&B 公司 &nbsp;&copy; &#0; &amp;</comments>", "A&B 公司 \xa0©  &"),
        ("<comments>bell \x07 here</comments>", "bell  here"),
        ("<comments><![CDATA[a & b]]> & c</comments>", "a & b & c"),
    ],
)
def test_common_slips_are_mended(broken, message):
    body = prospect(f"<id sequence=1 source=web>5</id><customer><contact><phone>1</phone></contact>{broken}</customer>")

    item = one(body)

    assert item.external_id == "5"
    assert item.fields["message"] == message


def test_two_documents_in_one_body():
    body = '<?xml version="1.0"?>' + contact("<name>A</name>")

    assert len(adf.split((body + "\n" + body).encode())) == 2


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{i} "{f"&lol{i - 1};" * 10}">' for i in range(1, 10))
    + "]><adf><prospect><comments>&lol9;</comments></prospect></adf>"
)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (BILLION, "dtd_forbidden"),
        ('<!DOCTYPE adf SYSTEM "http://localhost/adf.dtd"><adf/>', "dtd_forbidden"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><adf><prospect>&x;</prospect></adf>', "dtd_forbidden"),
        (
            '<?ADF VERSION "1.0"?><!DOCTYPE a [<!ENTITY % p SYSTEM "http://localhost/"> %p;]><adf/>',
            "dtd_forbidden",
        ),
        ("<a>" * 5000 + "</a>" * 5000, "too_deep"),
        ("<adf>" + "<a/>" * 250_000 + "</adf>", "too_large"),
        ("<adf><p " + " ".join(f'a{i}="1"' for i in range(100)) + "/></adf>", "too_large"),
        ("", "empty"),
        ("   \n", "empty"),
        ("<adf/>", "empty"),
        ("<html/>", "not_adf"),
        ("<adf><prospect></adf>", "not_well_formed"),
        ("not xml", "not_adf"),
        (b"\xff\xfe\x00\xd8" + b"<\0" * 3, "bad_encoding"),
        (b"\x80\x81\xff\xfe" * 3, "bad_encoding"),
    ],
)
def test_hostile_and_broken_documents_are_refused_with_a_code(body, code):
    assert refusal(body) == code


def test_a_doctype_in_utf_16_is_seen_too():
    assert refusal('<!DOCTYPE a [<!ENTITY x "y">]><adf/>'.encode("utf-16")) == "dtd_forbidden"


def test_a_body_over_the_limit_is_413():
    with pytest.raises(FormatRefused) as refused:
        adf.split(b"<adf>" + b" " * 100 + b"</adf>", max_bytes=50)

    assert (refused.value.code, refused.value.status) == ("too_large", 413)


@pytest.mark.parametrize("piece", ["<?a?>", "<?xml ", "<![CDATA[", "<!--", "&#", "<a b=", "<a b='", '<a b=c d="'])
def test_no_input_takes_more_than_linear_time(piece):
    started = time.perf_counter()

    refusal(piece * (1_000_000 // len(piece)))

    assert time.perf_counter() - started < 5
