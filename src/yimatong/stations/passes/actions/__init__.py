"""What is done with passes. Keyword-only; `now` is an instant of city time (records.clock.now()).

bindings.py     challenge, bind, rebind, unbind, end; transfer (a desk hands over a code)
following.py    follow: credentials follow the verdicts in force
minting.py      mint: everybody's strips of a day; strip_of: one strip now
recalling.py    cut_recall: snapshots and deltas of the recall lists
keys.py         ensure, rotate, compromised, reissue, cut_trust
publishing.py   publish: the signed files
"""
