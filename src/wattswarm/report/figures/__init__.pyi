from .all import draw_figures as draw_figures
from .chart import (
    INK as INK,
    PLAIN as PLAIN,
    POLICY_COLOURS as POLICY_COLOURS,
    Chart as Chart,
    figure as figure,
    png as png,
    style as style,
    svg as svg,
)
from .forecasts import draw_forecasts as draw_forecasts
from .learning import draw_learning as draw_learning
