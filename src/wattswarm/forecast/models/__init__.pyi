from .ensemble import Ensemble as Ensemble
