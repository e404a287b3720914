"""The rule engines that a user would otherwise pick, on the same rules: what each is given, and how long a person takes.

Nobody of them derives anything: each gets the finished facts of a person, made from our derived tables, and says a colour.
"""
