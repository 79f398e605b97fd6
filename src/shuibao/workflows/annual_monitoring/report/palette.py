"""The colours of the report, once: intensity classes, change, ramps of quantities."""

CLASS_COLOURS = ("#e3efda", "#f7eab5", "#f4c27a", "#e58a4e", "#c4473a", "#7c1d2b")
"""微度 to 剧烈, in the order of SL 190."""

STATUS_COLOURS = {
    "新增": "#6b4a9c",
    "加重": "#b7a3d3",
    "存量": "#c3ccc5",
    "减轻": "#a5cbb3",
    "消减": "#2f7d4f",
}
"""Worse is violet, better is green, the rest is quiet."""

LESS, MORE, RESIDUAL, OBSERVED = "#2f7d4f", "#6b4a9c", "#a3ada6", "#1d2520"

RAIN_RAMP = ("#eff5f7", "#bfd7e4", "#82b1cc", "#4583ab", "#1e5078")
RELIEF_RAMP = ("#f4f2ea", "#d8cfb3", "#b5a177", "#86734d", "#4e402a")
LOSS_RAMP = ("#f7f3e3", "#eed39a", "#dc9a58", "#b05a37", "#6a2320")
