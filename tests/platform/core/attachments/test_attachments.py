"""Attachments: kept once, seen by those who may, served so that nothing in them runs."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from django.test import Client, RequestFactory
from PIL import Image

from shuibao.platform.accounts.models import Organisation, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.attachments.content import NotAccepted
from shuibao.platform.core.attachments.photos import preview
from shuibao.platform.core.attachments.queries import attachments_of
from shuibao.platform.core.attachments.services import add_attachment, end_attachment
from shuibao.platform.core.attachments.store import path_of
from shuibao.platform.core.errors import Conflict, NotAllowed
from shuibao.platform.core.events import timeline
from shuibao.platform.core.models import Attachment, Region
from shuibao.science.errors import InputError

SIDEWAYS = 6  # EXIF: the camera was turned, show the picture a quarter to the right


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: Any) -> Path:
    settings.FILES, settings.PREVIEWS = tmp_path / "files", tmp_path / "previews"
    return tmp_path


@pytest.fixture
def officer(make_user: Callable[..., User]) -> User:
    return make_user("officer", Role.SUPERVISOR, "140822")


def photo(width: int = 1200, height: int = 800, form: str = "JPEG", exif: Image.Exif | None = None) -> bytes:
    target = io.BytesIO()
    picture = Image.new("RGB", (width, height), "green")
    picture.paste("red", (0, 0, width // 4, height // 4))
    picture.save(target, form, **({"exif": exif} if exif is not None else {}))
    return target.getvalue()


def field_photo() -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = SIDEWAYS, "Field Phone"
    details = exif.get_ifd(0x8769)
    details[0x9003], details[0x9011] = "2026:11:22 10:31:02", "+08:00"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (35.0, 24.0, 36.0)
    gps[3], gps[4] = "E", (110.0, 50.0, 6.0)
    gps[5], gps[6], gps[17] = b"\x00", 612.5, 271.3
    return photo(exif=exif)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_is_kept_under_its_hash_and_told_in_the_timeline(
    regions: dict[str, Region], officer: User
) -> None:
    content = photo()
    added = add_attachment(regions["140822"], upload("现场.jpg", content), by=officer)
    assert added.sha256 == hashlib.sha256(content).hexdigest()
    assert path_of(added.sha256).read_bytes() == content
    assert (added.bytes, added.media_type, added.region_id) == (len(content), "image/jpeg", "140822")
    event = timeline(regions["140822"]).get()
    assert (event.verb, event.facts["sha256"]) == ("attachments.added", added.sha256)


def test_the_same_content_lies_on_disk_once(
    regions: dict[str, Region], make_user: Callable[..., User], data_folder: Path
) -> None:
    chief = make_user("chief", Role.SUPERVISOR, "140800")
    for code in ("140802", "140822"):
        add_attachment(regions[code], upload("同一张.jpg", photo()), by=chief)
    assert len([path for path in (data_folder / "files").rglob("*") if path.is_file()]) == 1
    with pytest.raises(Conflict, match="同一张"):
        add_attachment(regions["140822"], upload("又一次.jpg", photo()), by=chief)


def test_a_photo_tells_when_where_and_which_way_up(regions: dict[str, Region], officer: User) -> None:
    facts = add_attachment(regions["140822"], upload("现场.jpg", field_photo()), by=officer).facts
    assert facts == {
        "width": 1200,
        "height": 800,
        "orientation": SIDEWAYS,
        "camera": "Field Phone",
        "taken_at": "2026-11-22T10:31:02+08:00",
        "lon": 110.835,
        "lat": 35.41,
        "height_m": 612.5,
        "bearing_deg": 271.3,
    }


def test_what_a_camera_wrote_wrongly_is_left_out(regions: dict[str, Region], officer: User) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "0000:00:00 00:00:00"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (95.0, 0.0, 0.0), "E", (110.0, 0.0, 0.0)
    facts = add_attachment(regions["140822"], upload("坏钟.jpg", photo(exif=exif)), by=officer).facts
    assert facts == {"width": 1200, "height": 800}


def test_a_preview_is_small_upright_and_tells_nothing_about_the_place(
    regions: dict[str, Region], officer: User
) -> None:
    added = add_attachment(regions["140822"], upload("现场.jpg", field_photo()), by=officer)
    path = preview(added.sha256)
    assert path is not None
    with Image.open(path) as small:
        assert small.size == (320, 480)
        assert not small.getexif()
        red, green, _ = small.convert("RGB").getpixel((300, 20))  # type: ignore[misc]
        assert red > 150 > green  # the red corner, top left in the sensor, is top right once upright


def test_a_picture_too_large_to_open_is_kept_without_a_preview(
    regions: dict[str, Region], officer: User
) -> None:
    for side, name in ((9_200, "正射.tif"), (20_000, "大正射.tif")):
        target = io.BytesIO()
        Image.new("1", (side, side)).save(target, "TIFF", compression="group4")
        added = add_attachment(regions["140822"], upload(name, target.getvalue()), by=officer)
        assert preview(added.sha256) is None


def test_a_picture_that_would_fill_the_memory_of_a_browser_is_refused(
    regions: dict[str, Region], officer: User
) -> None:
    target = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(target, "PNG")
    with pytest.raises(NotAccepted, match="像素过多"):
        add_attachment(regions["140822"], upload("炸弹.png", target.getvalue()), by=officer)


def test_a_damaged_copy_is_healed_when_the_file_is_added_again(
    regions: dict[str, Region], officer: User, make_user: Callable[..., User]
) -> None:
    added = add_attachment(regions["140822"], upload("现场.jpg", photo()), by=officer)
    path_of(added.sha256).write_bytes(photo()[:100])
    chief = make_user("chief", Role.SUPERVISOR, "140800")
    add_attachment(regions["140802"], upload("现场.jpg", photo()), by=chief)
    assert path_of(added.sha256).read_bytes() == photo()


def test_a_damaged_photo_is_refused_or_has_no_preview(regions: dict[str, Region], officer: User) -> None:
    with pytest.raises(NotAccepted, match="损坏"):
        add_attachment(regions["140822"], upload("坏.jpg", photo()[:40]), by=officer)
    half = add_attachment(regions["140822"], upload("半张.jpg", photo()[:3000]), by=officer)
    assert preview(half.sha256) is None


def test_a_file_that_is_too_large_leaves_nothing_behind(
    regions: dict[str, Region], officer: User, settings: Any, data_folder: Path
) -> None:
    settings.ATTACHMENT_BYTES = 1 << 20
    with pytest.raises(NotAccepted, match="大于 1 MB"):
        add_attachment(regions["140822"], upload("大.txt", b"a" * (1 << 20) + b"b"), by=officer)
    assert not [path for path in data_folder.rglob("*") if path.is_file()]
    assert not Attachment.objects.exists()


def test_names_lose_folders_and_keep_their_ending(regions: dict[str, Region], officer: User) -> None:
    folder = upload("x.txt", b"one")
    folder._name = "..\\..\\etc\\方案\x00\u202e说明.txt"
    assert add_attachment(regions["140822"], folder, by=officer).name == "方案说明.txt"
    long = upload("长" * 230 + ".txt", b"two")
    long._name = "长" * 230 + ".txt"
    name = add_attachment(regions["140822"], long, by=officer).name
    assert (len(name), name[-4:]) == (200, ".txt")


def test_adding_needs_the_right_in_the_objects_region(
    regions: dict[str, Region], officer: User, make_user: Callable[..., User]
) -> None:
    for person in (officer, make_user("public", Role.PUBLIC, "140802")):
        with pytest.raises(NotAllowed):
            add_attachment(regions["140802"], upload("说明.txt", b"x"), by=person)


def test_an_ended_file_is_listed_and_served_no_more_and_says_why(
    regions: dict[str, Region], officer: User, make_user: Callable[..., User]
) -> None:
    about = regions["140822"]
    colleague = make_user("colleague", Role.LIAISON, "140822")
    added = add_attachment(about, upload("说明.txt", b"x"), by=officer)
    with pytest.raises(NotAllowed):
        end_attachment(added, about, reason="传错", by=colleague)
    with pytest.raises(InputError, match="原因"):
        end_attachment(added, about, reason=" ", by=officer)
    end_attachment(added, about, reason="传错", by=officer)
    with pytest.raises(Conflict):
        end_attachment(added, about, reason="再来", by=officer)
    assert not attachments_of(about, officer).exists()
    assert path_of(added.sha256).exists()
    assert timeline(about)[0].facts["reason"] == "传错"
    client = Client()
    client.force_login(officer)
    assert client.get(f"/files/{added.pk}/").status_code == 404


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return enter


def read(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_photos_open_in_place_and_all_else_is_a_download(
    regions: dict[str, Region], officer: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(officer)
    picture = add_attachment(regions["140822"], upload("现场.jpg", photo()), by=officer)
    text = add_attachment(regions["140822"], upload("坐标.csv", b"a,b\n1,2\n"), by=officer)
    shown, taken = client.get(f"/files/{picture.pk}/"), client.get(f"/files/{text.pk}/")
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["Content-Disposition"].startswith("inline")
    assert taken["Content-Type"] == "application/octet-stream"
    assert taken["Content-Disposition"].startswith("attachment")
    assert "%E5%9D%90%E6%A0%87.csv" in taken["Content-Disposition"]
    for answer in (shown, taken):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "private" in answer["Cache-Control"]
    assert read(taken) == b"a,b\n1,2\n"
    assert read(shown).startswith(b"\xff\xd8\xff")
    small = client.get(f"/files/{picture.pk}/preview/")
    assert (small.status_code, small["Content-Type"]) == (200, "image/jpeg")
    assert read(small)
    assert client.get(f"/files/{text.pk}/preview/").status_code == 404


def test_nobody_sees_the_files_of_another_county(
    regions: dict[str, Region],
    water_bureau: Organisation,
    officer: User,
    make_user: Callable[..., User],
    sign_in: Callable[[User], Client],
) -> None:
    added = add_attachment(regions["140822"], upload("说明.txt", b"x"), by=officer)
    stranger = make_user("stranger", Role.SUPERVISOR, "140802")
    public = make_user("public", Role.PUBLIC, "140822")
    for person in (stranger, public):
        client = sign_in(person)
        for path in (f"/files/{added.pk}/", f"/files/{added.pk}/preview/", f"/files/{added.pk}/end/"):
            assert client.get(path).status_code == 404
        assert not attachments_of(regions["140822"], person).exists()
    visitor = Client().get(f"/files/{added.pk}/")
    assert (visitor.status_code, "/account/login" in visitor["Location"]) == (302, True)
    chief = sign_in(make_user("chief", Role.SUPERVISOR, "140800"))
    answer = chief.get(f"/files/{added.pk}/")
    assert (answer.status_code, read(answer)) == (200, b"x")


def test_a_file_whose_content_is_gone_is_not_found(
    regions: dict[str, Region], officer: User, sign_in: Callable[[User], Client]
) -> None:
    added = add_attachment(regions["140822"], upload("说明.txt", b"x"), by=officer)
    path_of(added.sha256).unlink()
    assert sign_in(officer).get(f"/files/{added.pk}/").status_code == 404


def send(client: Client, name: str, content: bytes, **facts: str) -> Any:
    form = {"about_type": "core.region", "about_key": "140822", "back": "/todo/", **facts}
    return client.post("/files/", {**form, "file": upload(name, content)})


def test_the_form_adds_a_file_and_comes_back(
    regions: dict[str, Region], officer: User, sign_in: Callable[[User], Client]
) -> None:
    answer = send(sign_in(officer), "说明.txt", b"x")
    assert (answer.status_code, answer["Location"]) == (302, "/todo/")
    assert Attachment.objects.get().added_by == officer
    answer = send(sign_in(officer), "别处.txt", b"y", back="https://elsewhere.example/")
    assert answer["Location"] == "/"


def test_the_form_says_beside_the_field_why_a_file_is_refused(
    regions: dict[str, Region], officer: User, sign_in: Callable[[User], Client]
) -> None:
    answer = send(sign_in(officer), "页.html", b"<html></html>")
    assert answer.status_code == 422
    assert "含有网页或脚本代码" in answer.content.decode()
    answer = sign_in(officer).post("/files/", {"about_type": "core.region", "about_key": "140822"})
    assert answer.status_code == 422
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    "about",
    [
        {"about_type": "no.such", "about_key": "1"},
        {"about_type": "nonsense", "about_key": "1"},
        {"about_type": "core.region", "about_key": "999999"},
        {"about_type": "core.duerow", "about_key": "1"},
        {"about_type": "accounts.user", "about_key": "not a number"},
    ],
)
def test_a_file_cannot_be_hung_on_what_one_does_not_see(
    regions: dict[str, Region], officer: User, sign_in: Callable[[User], Client], about: dict[str, str]
) -> None:
    assert send(sign_in(officer), "说明.txt", b"x", **about).status_code == 404
    assert not Attachment.objects.exists()


def test_ending_asks_why(
    regions: dict[str, Region], officer: User, sign_in: Callable[[User], Client]
) -> None:
    added = add_attachment(regions["140822"], upload("说明.txt", b"x"), by=officer)
    client, address = sign_in(officer), f"/files/{added.pk}/end/"
    assert "作废原因" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "传错", "back": "/todo/"})["Location"] == "/todo/"
    added.refresh_from_db()
    assert (added.reason, added.ended_by) == ("传错", officer)


def test_the_panel_lists_files_and_offers_the_form_to_those_who_may_add(
    regions: dict[str, Region], officer: User, make_user: Callable[..., User]
) -> None:
    add_attachment(regions["140822"], upload("现场.jpg", field_photo()), by=officer)
    template = engines["django"].from_string("{% load attachments %}{% attachments about %}")

    def drawn(user: User) -> str:
        request = RequestFactory().get("/registers/regions/140822/")
        request.user = user
        return template.render({"about": regions["140822"]}, request)

    panel = drawn(officer)
    assert "现场.jpg" in panel
    assert "2026-11-22 10:31" in panel
    assert "110.83500, 35.41000" in panel
    assert 'enctype="multipart/form-data"' in panel
    assert "style=" not in panel
    auditor = drawn(make_user("auditor", Role.AUDITOR, "140822"))
    assert "现场.jpg" in auditor
    assert "multipart" not in auditor
    assert "作废" not in auditor
    assert "现场.jpg" not in drawn(make_user("stranger", Role.SUPERVISOR, "140802"))
