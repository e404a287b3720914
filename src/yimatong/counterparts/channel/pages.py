"""The few pages that a user of a channel sees, in both languages, without a script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from yimatong.counterparts.channel.messages import Shown
from yimatong.counterparts.channel.people import PEOPLE, Somebody
from yimatong.counterparts.channel.settings import CHANNELS, Played

STYLE = """
*{box-sizing:border-box}body{margin:0;font:18px/1.6 system-ui,"Noto Sans SC","PingFang SC",sans-serif;background:#f4f5f7;color:#16202b}
header{background:var(--tint);color:#fff;padding:1rem 1.25rem;font-weight:600;font-size:1.25rem}
main{max-width:32rem;margin:0 auto;padding:1.25rem}h1{font-size:1.375rem;line-height:1.35;margin:0 0 .5rem}
.demo{background:#fff6da;border-left:4px solid #8a6a00;padding:.75rem 1rem;border-radius:6px}
form{display:grid;gap:.75rem;margin-top:1.25rem}
button{display:block;width:100%;min-height:3.75rem;padding:.625rem 1rem;text-align:left;font:inherit;background:#fff;
color:#16202b;border:2px solid #8a97a5;border-radius:12px;cursor:pointer}
button:hover,button:focus-visible{border-color:var(--tint);outline:3px solid var(--tint);outline-offset:1px}
button.go{background:var(--tint);border-color:var(--tint);color:#fff;text-align:center;font-weight:600}
small{color:#52606d;display:block}p{margin:.5rem 0}ol{padding:0;list-style:none;display:grid;gap:.75rem}
li{background:#fff;border-radius:12px;padding:.75rem 1rem;border:1px solid #d8dee6;overflow-wrap:anywhere}a{color:#0b5a9d}
.message p{margin:0}.message .head{display:flex;justify-content:space-between;align-items:baseline;gap:.75rem}
.message small{display:inline}.message time{color:#52606d;font-size:.875rem;font-variant-numeric:tabular-nums;white-space:nowrap}
.message .says{margin:.375rem 0 .625rem}
.message .way{display:inline-block;padding:.0625rem .625rem;border-radius:99px;background:var(--way);color:#fff;font-size:.8125rem}
"""


def frame(title: str, tint: str, body: str) -> str:
    """A whole page."""
    return (
        '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>{escape(title)}</title>'
        f"<style>:root{{--tint:{tint}}}{STYLE}</style></head>"
        f"<body><header>{escape(title)}</header><main>{body}</main></body></html>"
    )


def choosing(played: Played, action: str, hidden: dict[str, str]) -> str:
    """The page on which somebody signs in to the channel: a person to choose, and what is handed over."""
    kept = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in hidden.items())
    what_zh, what_en = (
        ("姓名、证件号码和手机号", "name, ID number and phone") if played.real_name else ("手机号", "phone")
    )
    people = "".join(
        f'<button name="person" value="{somebody.key}">{escape(somebody.name)}'
        f"<small>{somebody.phone[:3]}****{somebody.phone[-4:]}</small></button>"
        for somebody in PEOPLE.values()
    )
    body = (
        f"<h1>以谁的身份继续？ <span lang='en'>Continue as</span></h1>"
        f"<p>“一码通”将得到您的{what_zh}。 <span lang='en'>One-code pass will be given your {what_en}.</span></p>"
        '<p class="demo">演示程序，人物均为虚构。 <span lang="en">A reference program; these people are invented.</span></p>'
        f'<form method="post" action="{escape(action)}">{kept}{people}</form>'
    )
    return frame(f"{played.title_zh} {played.title_en}", played.tint, body)


def handing_over(played: Played, somebody: Somebody, to: str, fields: dict[str, str]) -> str:
    """The page that posts the signed assertion through the browser, as a mini-program's web view does."""
    kept = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in fields.items())
    body = (
        f"<h1>{escape(somebody.name)}，前往“一码通” <span lang='en'>On to One-code pass</span></h1>"
        f'<form method="post" action="{escape(to)}">{kept}'
        '<button class="go">继续 <span lang="en">Continue</span></button></form>'
    )
    return frame(f"{played.title_zh} {played.title_en}", played.tint, body)


def refusal(status: str, says: str) -> str:
    """What went wrong, for whoever set up the client."""
    return frame(status, "#52606d", f"<h1>{escape(says)}</h1>")


def inbox(messages: Sequence[Shown]) -> str:
    """The texts and service messages of the demo's invented phones, the newest first: to whom, which way, when, what."""
    rows = "".join(
        f"<li class='message'><p class='head'><span><strong>{escape(message.name or tail(message.to))}</strong> "
        f"<small>{escape(message.to)}</small></span><time>{escape(message.at)}</time></p>"
        f"<p class='says'>{escape(message.text)}</p><p class='way' style='--way:{message.tint}'>{escape(message.way)}</p></li>"
        for message in reversed(messages)
    )
    said = f"<ol>{rows}</ol>" if rows else "<p>还没有消息。 <span lang='en'>No message yet.</span></p>"
    body = f"<h1>演示手机收到的消息 <span lang='en'>Messages of the demo's phones</span></h1>{said}"
    return frame("消息 Messages", "#52606d", body)


def tail(number: str) -> str:
    """How somebody is called of whom the phone alone is known."""
    return f"尾号 {number[-4:]}"


def first() -> str:
    """What this program plays."""
    rows = "".join(
        f"<li><strong>{played.title_zh} <span lang='en'>{played.title_en}</span></strong>"
        f"<small>{played.kind} · <a href='/{slug}/jwks.json'>JWKS</a></small></li>"
        for slug, played in CHANNELS.items()
    )
    return frame(
        "渠道演示程序 Reference channels", "#52606d", f"<ol>{rows}</ol><p><a href='/messages'>消息 Messages</a></p>"
    )
