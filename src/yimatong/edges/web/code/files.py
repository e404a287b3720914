"""The files of the code page as web/build.mjs made them."""

from yimatong.edges.web.installed import BuiltPage

ICONS = ("icon.svg", "maskable.svg", "icon-192.png", "icon-512.png", "maskable-512.png", "apple-touch-icon.png")
PAGE = BuiltPage("code", zh="电子码", en="code")
