"""Messages by e-mail, through Django's mail."""

import hashlib
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.message import BadHeaderError
from django.utils.translation import gettext, override

from shuibao.platform.notices.channels.channel import Receipt, TryLater, Undeliverable
from shuibao.platform.notices.models import Message


class Email:
    """The mail server that SHUIBAO_EMAIL_URL names."""

    def lack(self) -> str:
        """The variable that is not set, or nothing."""
        return "" if settings.EMAIL_HOST else "没有设置 SHUIBAO_EMAIL_URL（邮件服务器）"

    def send(self, message: Message) -> Receipt:
        """The Message-ID: the same for the same message, so that a second copy can be told."""
        address = message.recipient.email
        if not address:
            raise Undeliverable("收件人没有填写邮箱。")
        number = f"<{hashlib.sha256(message.key.encode()).hexdigest()[:32]}@shuibao>"
        mail = EmailMessage(message.subject, _text(message), None, [address], headers={"Message-ID": number})
        try:
            mail.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPAuthenticationError, BadHeaderError) as problem:
            raise Undeliverable(f"邮件服务器拒收（{type(problem).__name__}）。") from problem
        except (smtplib.SMTPException, OSError) as problem:
            raise TryLater(f"邮件服务器没有收下（{type(problem).__name__}）。") from problem
        return Receipt(number)


def _text(message: Message) -> str:
    lines = [message.body or message.subject]
    if message.link:
        with override(settings.LANGUAGE_CODE):
            words = gettext("在平台中打开：")
        lines.append(f"{words}{settings.PUBLIC_URL}{message.link}")
    return "\n\n".join(lines)
