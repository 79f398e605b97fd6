"""What a file is: by its content, and never by what its name claims."""

import io
import zipfile

import pytest
from PIL import Image

from shuibao.platform.core.attachments.content import NotAccepted, recognised


def photo(form: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(target, form)
    return target.getvalue()


def archive(*members: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for member in members:
            made.writestr(member, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("现场.JPG", photo("JPEG"), "image/jpeg"),
        ("图.png", photo("PNG"), "image/png"),
        ("影像.tif", photo("TIFF"), "image/tiff"),
        ("图.webp", photo("WEBP"), "image/webp"),
        ("方案.pdf", b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        ("航拍.mp4", b"\x00\x00\x00\x20ftypisom" + b"\x00" * 40, "video/mp4"),
        ("旧表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 40, "application/x-ole-storage"),
        (
            "红线.gpkg",
            b"SQLite format 3\x00" + b"\x00" * 52 + b"GPKG" + b"\x00" * 30,
            "application/geopackage+sqlite3",
        ),
        ("平面.dwg", b"AC1032\x00\x00", "image/vnd.dwg"),
        (
            "红线.kml",
            b'<?xml version="1.0"?><kml xmlns="x"><Document/></kml>',
            "application/vnd.google-earth.kml+xml",
        ),
        ("坐标.csv", "点号,经度,纬度\n1,111.0,35.0\n".encode("gb18030"), "text/plain"),
        ("说明.txt", "水土保持".encode(), "text/plain"),
        ("红线.zip", archive("red.shp", "red.dbf", "red.shx"), "application/zip"),
        ("红线.kmz", archive("doc.kml"), "application/vnd.google-earth.kmz"),
        ("批复.ofd", archive("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
        (
            "报告.docx",
            archive("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            "台账.xlsx",
            archive("[Content_Types].xml", "xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_what_offices_and_fields_send_is_recognised(name: str, content: bytes, media_type: str) -> None:
    assert recognised(name, io.BytesIO(content)).media_type == media_type


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("工具.exe", b"MZ\x90\x00" + b"\x00" * 60, "程序"),
        ("照片.jpg", b"MZ\x90\x00" + b"\x00" * 60, "程序"),
        ("库.so", b"\x7fELF" + b"\x00" * 60, "程序"),
        ("脚本.txt", b"#!/bin/sh\nrm -rf /\n", "脚本"),
        ("页.html", b"<!DOCTYPE html><html><body>x</body></html>", "网页"),
        ("页.txt", b"hello <script>alert(1)</script>", "网页"),
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "网页"),
        ("页.csv", b"a,b\n<  IFRAME src=x>", "网页"),
        ("红线.kml", b"<kml><description><![CDATA[<script>x</script>]]></description></kml>", "网页"),
        ("照片.jpg", photo("PNG"), "内容却是PNG"),
        ("照片.jpg", b"%PDF-1.7", "内容却是PDF"),
        ("无扩展名", b"%PDF-1.7", "扩展名是“空”"),
        ("报告.pdf.exe", b"%PDF-1.7", "扩展名是“.exe”"),
        ("宏.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "宏"),
        ("坏.zip", b"PK\x03\x04" + b"\x00" * 100, "损坏"),
        ("空.txt", b"", "空的"),
        ("乱.dat", bytes(range(256)), "认不出"),
        ("手机.heic", b"\x00\x00\x00\x20ftypheic" + b"\x00" * 40, "认不出"),
    ],
)
def test_what_could_do_harm_or_pretends_is_refused_by_name(name: str, content: bytes, fault: str) -> None:
    with pytest.raises(NotAccepted, match=f"“{name}”.*{fault}"):
        recognised(name, io.BytesIO(content))


def test_a_text_cut_inside_a_character_is_still_text() -> None:
    long = ("土" * 400_000).encode()  # longer than the sample, which ends inside a character
    assert recognised("长.txt", io.BytesIO(long)).media_type == "text/plain"
