"""Programs that play the other side: channels and feeds as their operators would run them. They import nothing of the product."""
