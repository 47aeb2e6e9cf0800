"""One parser per public format, and the download: bytes of others in, our columns out."""
