"""The reference channel program: plays Alipay, WeChat and the police app, each with a key of its own.

`python -m yimatong.counterparts.channel --port 8001 --product http://127.0.0.1:8000 --keys FOLDER`
"""
