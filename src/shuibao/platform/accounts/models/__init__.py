"""The tables of people and organisations."""

from shuibao.platform.accounts.models.grant import Grant
from shuibao.platform.accounts.models.organisation import Organisation, Post
from shuibao.platform.accounts.models.user import User

__all__ = ["Grant", "Organisation", "Post", "User"]
