"""The addresses of files: the file itself, its preview, adding one, ending one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shuibao.platform.core.attachments import services
from shuibao.platform.core.attachments.content import IMAGES, OCTETS, SHOWN_IN_PLACE
from shuibao.platform.core.attachments.forms import AddForm, EndForm
from shuibao.platform.core.attachments.photos import preview
from shuibao.platform.core.attachments.queries import visible_attachment, visible_object
from shuibao.platform.core.attachments.store import path_of
from shuibao.platform.core.errors import NotAllowed
from shuibao.platform.core.models import Attachment
from shuibao.science.errors import DomainError

# Whatever a file holds, nothing in it runs and nothing in it is fetched.
_POLICY = "default-src 'none'; sandbox"
_REFUSED = 422


@login_required
@require_GET
def file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The file: photos in place, everything else as a download."""
    attachment = _attachment(request, key)
    in_place = attachment.media_type in SHOWN_IN_PLACE
    try:
        content = path_of(attachment.sha256).open("rb")
    except FileNotFoundError as problem:
        raise Http404(gettext("附件的内容不在数据目录里，请从备份恢复。")) from problem
    response = FileResponse(
        content,
        as_attachment=not in_place,
        filename=attachment.name,
        content_type=attachment.media_type if in_place else OCTETS,
    )
    return _guarded(response)


@login_required
@require_GET
def small(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The preview of a photo."""
    attachment = _attachment(request, key)
    path = preview(attachment.sha256) if attachment.media_type in IMAGES else None
    if path is None:
        raise Http404
    response = _guarded(FileResponse(path.open("rb"), content_type="image/jpeg"))
    response["Cache-Control"] = "private, max-age=86400"
    return response


@login_required
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Adds the file; back to the object's page, or to the form with what is wrong beside the field."""
    form = AddForm(request.POST, request.FILES)
    about = _about(request, request.POST.get("about_type", ""), request.POST.get("about_key", ""))
    if form.is_valid():
        try:
            added = services.add_attachment(about, form.cleaned_data["file"], by=request.user)
        except NotAllowed:
            raise
        except DomainError as problem:
            form.add_error("file", str(problem))
        else:
            messages.success(request, gettext("已添加附件“%s”。") % added.name)
            return redirect(_back(request))
    facts = {"form": form, "about": about, "back": _back(request)}
    return render(request, "core/attachment_add.html", facts, status=_REFUSED)


@login_required
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, key: UUID) -> HttpResponse:
    """Asks why, and ends the file."""
    attachment = _attachment(request, key)
    about = _about(request, attachment.about_type, attachment.about_key)
    form = EndForm(request.POST or None, initial={"back": request.GET.get("back", "")})
    if request.method == "POST" and form.is_valid():
        try:
            services.end_attachment(attachment, about, reason=form.cleaned_data["reason"], by=request.user)
        except NotAllowed:
            raise
        except DomainError as problem:
            form.add_error("reason", str(problem))
        else:
            messages.success(request, gettext("附件“%s”已作废。") % attachment.name)
            return redirect(_back(request))
    status = _REFUSED if form.errors else 200
    context = {"form": form, "attachment": attachment, "about": about}
    return render(request, "core/attachment_end.html", context, status=status)


def _attachment(request: HttpRequest, key: UUID) -> Attachment:
    try:
        found = visible_attachment(request.user, key)
    except ObjectDoesNotExist as problem:
        raise Http404 from problem
    if found.ended_at is not None:
        raise Http404(gettext("附件已作废。"))
    return found


def _about(request: HttpRequest, about_type: str, about_key: str) -> Any:
    try:
        return visible_object(request.user, about_type, about_key)
    except ObjectDoesNotExist as problem:
        raise Http404 from problem


def _back(request: HttpRequest) -> str:
    """The page the person came from, if it is one of ours."""
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, None) and back.startswith("/")
    return back if is_ours else "/"


def _guarded(response: FileResponse) -> FileResponse:
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response
