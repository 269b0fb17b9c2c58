"""A number that stands for all a search document says: kept in the index, so that both can be compared."""

from __future__ import annotations

import hashlib

from hub.search.documents import SearchDocument


def digest_of(document: SearchDocument) -> int:
    """Return the digest of a document, 63 bits: another one as soon as anything differs that is searched or counted."""
    facets = sorted((name, tuple(sorted(codes))) for name, codes in document.facets.items() if codes)
    moments = [moment and int(moment.timestamp()) for moment in (document.published_at, document.confirmed_at)]
    texts = [(text.language, text.title, text.summary, text.body) for text in document.texts]
    said = repr((document.key, texts, facets, document.year, moments)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big") >> 1
