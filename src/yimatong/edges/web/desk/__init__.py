"""What a clerk opens at a point: issuing, declaring, blanks, registers, the queue, the point's tablets."""
