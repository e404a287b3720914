"""The station after the checkpoints: what is done with somebody who was stopped there. Nothing here moves a colour."""
