"""The command `yimatong`: one module a command group, loaded only when it is asked for."""
