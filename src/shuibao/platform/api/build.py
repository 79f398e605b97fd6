"""The API of a set of registers."""

from collections.abc import Iterable

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from ninja import Router

from shuibao.platform.api.authentication import PERSON
from shuibao.platform.api.openapi import Api
from shuibao.platform.api.register_schemas import shapes_of
from shuibao.platform.api.routes import health, jobs, me, regions
from shuibao.platform.api.routes.exports import add_exports
from shuibao.platform.api.routes.reading import add_reading
from shuibao.platform.api.routes.writing import add_writing
from shuibao.platform.registers.declaration import Register

ABOUT = """水土保持平台的接口。程序用“我的账号 → 接口令牌”里建立的令牌登录：`Authorization: Bearer …`。
出错时都是 `application/problem+json`（RFC 9457），
在 `status`、`title`、`detail` 之外有 `code`、`errors` 和 `request_id`。
图形和地图服务见 `/ogc/`（OGC API Features）。"""

# Swagger's page writes style attributes; it loads nothing that is not ours.
_docs_policy = csp_update({"style-src": [SELF, UNSAFE_INLINE]})


def api_for(declared: Iterable[Register]) -> Api:
    """All operations: those of each register, and the few that belong to none."""
    api = Api(
        title="水保接口",
        version="1",
        description=ABOUT,
        urls_namespace="api",
        auth=PERSON,
        docs_decorator=_docs_policy,
    )
    for register in declared:
        api.add_router(f"/registers/{register.name}", _router_of(register))
    for place, router in (("jobs", jobs), ("me", me), ("regions", regions), ("health", health)):
        api.add_router(f"/{place}", router.router)
    return api


def _router_of(register: Register) -> Router:
    router, shapes = Router(tags=[register.title]), shapes_of(register)
    add_exports(router, register, shapes)  # before what takes any word as a key
    add_reading(router, register, shapes)
    add_writing(router, register, shapes)
    return router
