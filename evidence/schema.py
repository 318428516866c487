"""Every table there is: a table joins the metadata when its module is imported."""

from evidence import (  # noqa: F401  # their tables join METADATA
    curator_models,
    desk_models,
    release_models,
    retrieval_models,
)
from evidence.models import METADATA as METADATA
