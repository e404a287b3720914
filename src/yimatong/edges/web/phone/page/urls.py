"""The addresses of the code page. A phone keeps all of them; none says anything about a person."""

from yimatong.edges.web.phone.page.shell import APP

app_name = "code"
urlpatterns = APP.addresses()
