"""The page that shows how a register is added, followed to the letter on an empty database."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "guide" / "add-a-register.md"
LINES_AT_MOST = 60
_BLOCK = re.compile(r"^```python file=(?P<file>\S+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)

SETTINGS = """
import shuibao.platform
shuibao.platform.__path__.append({folder!r})
from shuibao.platform.settings import *
INSTALLED_APPS = [*INSTALLED_APPS, "shuibao.platform.nurseries"]
"""

VISIT = """
import datetime, json, sys
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from shuibao.platform.accounts.roles import VERBS, Role

call_command("makemigrations", "nurseries", verbosity=0)
call_command("makemigrations", "nurseries", check_changes=True, verbosity=0)
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
VERBS[Role.PLANNER] = (*VERBS[Role.PLANNER], "nurseries.*")

from django.test import Client
from django.urls import NoReverseMatch, resolve, Resolver404
from shuibao.platform.accounts.models import Grant, User
from shuibao.platform.core.models import Region
from shuibao.platform.registers.importing.models import Import

for code, name in (("140802", "盐湖区"), ("140822", "万荣县")):
    Region.objects.create(code=code, name=name, level="county")

def browser(username, code):
    user = User.objects.create_user(username, password="longEnough-4711", name=username, region_id=code)
    Grant.objects.create(user=user, role=Role.PLANNER, region_id=code, valid_from=datetime.date(2020, 1, 1))
    client = Client()
    client.force_login(user)
    session = client.session
    session["second_factor"] = user.pk
    session.save()
    return client

ours, theirs = browser("ours", "140802"), browser("theirs", "140822")

def text(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8-sig", errors="replace")

square = {"type": "Polygon", "coordinates": [[[111, 35], [111.01, 35], [111.01, 35.01], [111, 35]]]}
feature = {"type": "Feature", "geometry": square,
           "properties": {"编号": "n1", "名称": "解州苗圃", "行政区": "140802", "年产苗木": "12,000"}}
written = json.dumps({"type": "FeatureCollection", "features": [feature]})
file = SimpleUploadedFile("苗圃.geojson", written.encode())
seen = {}
answer = ours.post("/registers/nurseries/import/", {"file": file}, follow=True)
imported = Import.objects.get()
columns = {f"column_{name}": column for name, column in imported.mapping.items()}
ours.post(f"/registers/nurseries/import/{imported.pk}/columns/", columns)
seen["import"] = text(ours.post(f"/registers/nurseries/import/{imported.pk}/write/", follow=True))
seen["list"] = text(ours.get("/registers/nurseries/"))
seen["detail"] = text(ours.get("/registers/nurseries/n1/"))
seen["history"] = text(ours.get("/registers/nurseries/n1/history/"))
for form in ("csv", "geojson"):
    seen[form] = text(ours.post(f"/registers/nurseries/export/{form}/"))
seen["their list"] = text(theirs.get("/registers/nurseries/"))
seen["their detail"] = str(theirs.get("/registers/nurseries/n1/").status_code)
for name, address in (("rest", "/api/registers/nurseries"), ("ogc", "/ogc/collections/nurseries/items")):
    try:
        resolve(address)
    except Resolver404:
        continue
    seen[name] = json.dumps(json.loads(text(ours.get(address))), ensure_ascii=False)
sys.stdout.buffer.write(json.dumps(seen, ensure_ascii=False).encode())
"""


def blocks() -> dict[str, str]:
    """The page's files and what is in them."""
    return {found["file"]: found["code"] for found in _BLOCK.finditer(PAGE.read_text(encoding="utf-8"))}


def test_the_page_is_short_and_its_code_keeps_to_the_line() -> None:
    assert len(PAGE.read_text(encoding="utf-8").splitlines()) < LINES_AT_MOST
    assert set(blocks()) == {"nurseries/models.py", "nurseries/register.py"}


@pytest.mark.slow
def test_following_the_page_gives_list_detail_history_import_and_export(tmp_path: Path) -> None:
    for name, code in blocks().items():
        file = tmp_path / "apps" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")
    (tmp_path / "apps" / "nurseries" / "__init__.py").touch()
    (tmp_path / "followed.py").write_text(SETTINGS.format(folder=str(tmp_path / "apps")), encoding="utf-8")
    environment = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"} | {
        "DJANGO_SETTINGS_MODULE": "followed",
        "SHUIBAO_DATA": str(tmp_path / "data"),
        "SHUIBAO_SECRET_KEY": "only-for-this-test",
        "SHUIBAO_HTTPS": "no",
        "SHUIBAO_HOSTS": "testserver",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]),
    }
    done = subprocess.run([sys.executable, "-c", VISIT], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    seen = json.loads(done.stdout)

    assert "新增 1，变更 0" in seen["import"]
    for page in ("list", "detail", "csv", "geojson"):
        assert "解州苗圃" in seen[page], page
    assert "ours" in seen["history"]
    assert "111.01" in seen["geojson"]
    assert "解州苗圃" not in seen["their list"]
    assert seen["their detail"] == "404"
    for page in {"rest", "ogc"} & set(seen):
        assert "解州苗圃" in seen[page], page
