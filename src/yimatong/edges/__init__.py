"""Where people and other systems meet the product: pages, feeds, commands."""
