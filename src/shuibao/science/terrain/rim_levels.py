"""The final levels of all perimeter cells, from the spill graphs of the tiles and the seams between them."""

import numpy as np

from shuibao.science.terrain.directions import Elevation
from shuibao.science.terrain.perimeter import Nodes, Perimeters
from shuibao.science.terrain.seams import Seams, world_rim
from shuibao.science.terrain.spill_graph import OUTSIDE, Passes, joined, spill_levels


def passes_of_world(tile_passes: Passes, first_node: int) -> Passes:
    """A tile's passes between rim cells, numbered as the world's nodes: 0 the outside, nodes from 1."""
    first, second = (
        np.where(ends == OUTSIDE, OUTSIDE, ends + np.int32(first_node)).astype(np.int32)
        for ends in tile_passes[:2]
    )
    return Passes(first, second, tile_passes.levels)


def rim_levels(perimeters: Perimeters, seams: Seams, heights: Elevation, passes: Passes) -> Elevation:
    """Each node's level on the filled surface of the whole world [m]; NaN outside.

    heights: the nodes' own. passes: those within tiles, as `passes_of_world` numbers them.
    """
    over_seams = _seam_passes(seams, heights)
    to_outside = _passes_out(world_rim(perimeters), heights)
    graph = joined(passes, over_seams, to_outside).rising()
    levels = spill_levels(graph, heights.size + 1)[1:]
    return np.where(np.isnan(heights), heights, levels)


def _seam_passes(seams: Seams, heights: Elevation) -> Passes:
    """The passes over seams; to the outside where one of the two cells lies there."""
    ends = []
    for nodes in (seams.first, seams.second):
        ends.append(np.where(np.isnan(heights[nodes]), OUTSIDE, nodes + 1).astype(np.int32))
    levels = np.fmax(heights[seams.first], heights[seams.second])
    is_way = ends[0] != ends[1]
    return Passes(ends[0][is_way], ends[1][is_way], levels[is_way])


def _passes_out(rim: Nodes, heights: Elevation) -> Passes:
    """The ways from the world's rim to the outside."""
    valid = rim[~np.isnan(heights[rim])].astype(np.int32)
    return Passes(np.full_like(valid, OUTSIDE), valid + np.int32(1), heights[valid])
