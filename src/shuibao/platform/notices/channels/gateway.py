"""Messages by SMS, voice call or WeCom through a gateway of the site: one signed HTTP request each.

The request is a POST with the JSON {id, to, subject, text, link}. The header X-Shuibao-Signature is the
HMAC-SHA256 of "<X-Shuibao-Time>.<body>" under the site's secret; Idempotency-Key is the message's own. The
answer 2xx may carry a JSON {id}; 408, 429 and 5xx are tried again; any other answer is final.
"""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlparse

from django.conf import settings

from shuibao.platform.notices.channels.channel import Receipt, TryLater, Undeliverable
from shuibao.platform.notices.models import Message

_PATIENCE_S = 10
_ANSWER_BYTES = 65_536
_TRY_AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


def gateway(channel: Message.Channel) -> "Gateway":
    """The gateway of a channel, as the settings have it."""
    address, secret = settings.MESSAGE_GATEWAYS[channel.value]
    return Gateway(channel, address, secret)


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """A gateway that sends elsewhere is not followed: the message would leave with its signature."""

    def redirect_request(self, *_args: object, **_named: object) -> None:
        return None


@dataclass(frozen=True)
class Gateway:
    """A gateway's address and the secret shared with it."""

    channel: Message.Channel
    address: str
    secret: str

    def lack(self) -> str:
        """The variables that are not set, or nothing."""
        name = f"SHUIBAO_{self.channel.value.upper()}"
        if not self.address:
            return f"没有设置 {name}_URL（{self.channel.label}网关）"
        if urlparse(self.address).scheme not in ("http", "https"):
            return f"{name}_URL 不是 http(s) 地址"
        return "" if self.secret else f"没有设置 {name}_SECRET（签名密钥）"

    def send(self, message: Message) -> Receipt:
        """The gateway's number for the message."""
        phone = message.recipient.phone
        if not phone:
            raise Undeliverable("收件人没有填写电话。")
        try:
            opener = urllib.request.build_opener(_NoDetour)
            with opener.open(self._request(message, phone), timeout=_PATIENCE_S) as answer:
                return Receipt(_number(answer.read(_ANSWER_BYTES)))
        except urllib.error.HTTPError as problem:
            code = problem.code
            problem.close()
            if code in _TRY_AGAIN or code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise TryLater(f"{self.channel.label}网关暂时不能用（{code}）。") from problem
            raise Undeliverable(f"{self.channel.label}网关拒收（{code}）。") from problem
        except OSError as problem:
            raise TryLater(f"{self.channel.label}网关没有回应（{type(problem).__name__}）。") from problem

    def _request(self, message: Message, phone: str) -> urllib.request.Request:
        body = json.dumps(
            {
                "id": message.key,
                "to": str(phone),
                "subject": message.subject,
                "text": message.body or message.subject,
                "link": f"{settings.PUBLIC_URL}{message.link}" if message.link else "",
            },
            ensure_ascii=False,
        ).encode()
        moment = str(int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Shuibao-Time": moment,
            "X-Shuibao-Signature": signature(self.secret, moment, body),
            "Idempotency-Key": hashlib.sha256(message.key.encode()).hexdigest(),
        }
        return urllib.request.Request(self.address, data=body, headers=headers, method="POST")


def signature(secret: str, moment: str, body: bytes) -> str:
    """What proves to the gateway that the message is ours and new."""
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def _number(answer: bytes) -> str:
    try:
        said = json.loads(answer or b"{}")
    except ValueError:
        return ""
    return str(said.get("id", ""))[:200] if isinstance(said, dict) else ""
