from .beliefs import PERFECT as PERFECT, USUAL as USUAL, PriceModels as PriceModels
