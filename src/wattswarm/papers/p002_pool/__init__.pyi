from .contest import (
    ENTRIES as ENTRIES,
    folder_of as folder_of,
    full_contest as full_contest,
    generated_contest as generated_contest,
    quick_contest as quick_contest,
)
from .run import run_pool as run_pool
