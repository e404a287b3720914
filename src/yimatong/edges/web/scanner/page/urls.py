"""The addresses of the scanner's page. A device keeps all of them; none says anything about a person."""

from yimatong.edges.web.scanner.page.shell import APP, file

app_name = "scan"
urlpatterns = APP.addresses(file)
