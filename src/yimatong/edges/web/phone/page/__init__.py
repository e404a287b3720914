"""The code page: the shell of an app that lives on the phone, its manifest and its service worker. No data of people."""
