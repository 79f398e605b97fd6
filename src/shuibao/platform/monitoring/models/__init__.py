"""What is true of monitoring results."""

from shuibao.platform.monitoring.models.patch import ErosionPatch
from shuibao.platform.monitoring.models.product import Product, Secrecy

__all__ = ["ErosionPatch", "Product", "Secrecy"]
