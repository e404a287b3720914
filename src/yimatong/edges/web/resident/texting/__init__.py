"""What gateways of texts hand to us: a text from a phone without a screen for codes, and what became of a text that went out.

    POST /texts/received        {"from": "+86 138 ...", "text": "查询"}
    POST /texts/delivered       {"id": "8c1f...", "state": "delivered"}     or "failed"
    X-YMT-Time: 1774310400      seconds since 1970, real time, at most five minutes off
    X-YMT-Signature: <hex>      HMAC-SHA256 with YIMATONG_SMS_KEY over "<time>." and the body as sent

204 whatever the number or the id is (nobody learns whose it is); 400 for another form, 403 for a wrong signature or time, 404 where
no key is set. The answer is a text of its own, to the phone that the records hold for a person, and to no other.
"""
