"""The tenant's two stores in DuckDB: what Defender XDR knows, and what the workspace knows."""

from pivotlab.store.schemas import PRODUCTS, Schemas, read_schemas
from pivotlab.store.store import Snapshot, Store, StoreError

__all__ = ["PRODUCTS", "Schemas", "Snapshot", "Store", "StoreError", "read_schemas"]
