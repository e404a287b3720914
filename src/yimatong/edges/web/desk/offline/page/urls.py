"""The addresses of the offline desk's page. A tablet keeps all of them; none says anything about a person."""

from yimatong.edges.web.desk.offline.page.shell import APP

app_name = "desk-app"
urlpatterns = APP.addresses()
