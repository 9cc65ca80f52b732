from .beliefs import (
    PERFECT as PERFECT,
    USUAL as USUAL,
    Oracle as Oracle,
)
