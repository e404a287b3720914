"""The scanner's page: the shell of an app that lives on a guard's device, its manifest, its reader and its service worker."""
