from .design import (
    ENTRIES as ENTRIES,
    folder_of as folder_of,
    full_design as full_design,
    generated_design as generated_design,
    quick_design as quick_design,
)
from .study import run_pool as run_pool
