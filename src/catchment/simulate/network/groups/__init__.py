"""Groups of equally good next hops: which member a flow takes, and what is left of that when members come and go.

hashes     the hash of many flows at once
ranges     plain hashing (modulo) and hash-threshold: the member follows from the hash and the members of the moment
resilient  a table of buckets stands between: the member also follows from what was before
"""
