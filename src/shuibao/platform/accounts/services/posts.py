"""Posts taken and left."""

from datetime import date

from django.db import transaction

from shuibao.platform.accounts.models import Organisation, Post, User
from shuibao.platform.accounts.services.scope import person_for, require_organisation
from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record
from shuibao.science.errors import InputError


@transaction.atomic
def set_post(
    person_id: int, organisation: Organisation, *, title: str, section: str, valid_from: date, by: User
) -> Post:
    """The person's new post, e.g. 水土保持科 科长. Raises Conflict for one already held."""
    person = person_for(by, person_id, "people.edit")
    require_organisation(by, organisation)
    held = person.posts.filter(organisation=organisation, section=section, title=title, valid_to=None)
    if held.exists():
        raise Conflict(f"“{person}”已任 {held.get()}。")
    post = Post(organisation=organisation, holder=person, title=title, section=section, valid_from=valid_from)
    post.full_clean()
    post.save()
    record(person, "people.post_set", f"任职：{post}", by=by, valid_from=valid_from)
    return post


@transaction.atomic
def end_post(post_id: int, *, on: date, by: User) -> Post:
    """The post, left on a day no earlier than it was taken."""
    post = Post.objects.select_related("organisation").get(pk=post_id)
    person = person_for(by, post.holder_id, "people.edit")
    if post.valid_to is not None:
        raise Conflict(f"“{post}”已于 {post.valid_to} 离任。")
    if on < post.valid_from:
        raise InputError(f"离任日期 {on} 早于任职日期 {post.valid_from}，请改正。")
    post.valid_to = on
    post.save(update_fields=["valid_to"])
    record(person, "people.post_ended", f"离任：{post}", by=by, valid_to=on)
    return post
