"""What pages have, whoever opens them: words and figures, policy and colours, facts, places, the declaration's questions."""
