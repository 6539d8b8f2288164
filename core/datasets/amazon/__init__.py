"""Amazon product reviews: who reviewed (so very likely bought) what, when, with which rating; products with names.

Origin: Julian McAuley's group, UC San Diego. Three public editions, each read as it is published:

* 2014 ("Amazon product data", reviews May 1996 to July 2014): JSON lines; metadata are Python dictionaries, not JSON
* 2018 ("Amazon review data"): JSON lines, prices as text, pictures as lists
* 2023 ("Amazon Reviews 2023"): JSON lines, times in milliseconds, `parent_asin` names the product

and besides them ratings-only CSV and the prepared Parquet tables. No edition states a licence: they are published for
research, with the request to cite. User ids are Amazon's pseudonyms.

R. He, J. McAuley, "Ups and downs", WWW 2016. J. McAuley, C. Targett, J. Shi, A. van den Hengel, "Image-based
recommendations on styles and substitutes", SIGIR 2015. J. Ni, J. Li, J. McAuley, "Justifying recommendations using
distantly-labeled reviews and fine-grained aspects", EMNLP 2019. Y. Hou et al., "Bridging language and items for
retrieval and recommendation", arXiv:2403.03952 (2024).
"""

from core.datasets.amazon.formats import Format, detect
from core.datasets.amazon.interactions import read_interactions
from core.datasets.amazon.products import read_products, read_related
from core.datasets.amazon.source import FileReport

SOURCE = {
    "name": "Amazon product reviews, 5-core",
    "origin": "J. McAuley et al., UC San Diego: He and McAuley, WWW 2016; McAuley et al., SIGIR 2015",
    "terms": "No licence stated: published for research, citation asked for. Reviews are not redistributed.",
}

__all__ = [
    "SOURCE",
    "FileReport",
    "Format",
    "detect",
    "read_interactions",
    "read_products",
    "read_related",
]
