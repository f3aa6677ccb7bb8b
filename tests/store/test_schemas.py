"""The documented schemas of both products, as the engine reads them."""

import pytest

from pivotlab.store import PRODUCTS, read_schemas
from pivotlab.store.schemas import STORED_TYPES

STREAMED = (
    "DeviceInfo DeviceNetworkInfo DeviceProcessEvents DeviceNetworkEvents DeviceFileEvents DeviceRegistryEvents "
    "DeviceLogonEvents DeviceImageLoadEvents DeviceEvents DeviceFileCertificateInfo EmailEvents EmailAttachmentInfo "
    "EmailUrlInfo EmailPostDeliveryEvents UrlClickEvents IdentityDirectoryEvents IdentityLogonEvents "
    "IdentityQueryEvents CloudAppEvents AlertInfo AlertEvidence"
).split()


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_column_has_a_type_that_the_store_can_hold(product: str) -> None:
    kinds = {kind for columns in read_schemas(product).values() for kind in columns.values()}
    assert kinds <= set(STORED_TYPES)


@pytest.mark.parametrize("table", STREAMED)
def test_what_the_connector_streams_is_documented_on_both_sides(table: str) -> None:
    assert "Timestamp" in read_schemas("defender")[table]
    assert "TimeGenerated" in read_schemas("workspace")[table]


def test_only_hunting_tables_carry_timestamp_and_only_workspace_tables_timegenerated() -> None:
    assert "TimeGenerated" not in read_schemas("defender")["DeviceProcessEvents"]
    assert "Timestamp" not in read_schemas("workspace")["SecurityIncident"]


def test_an_unknown_product_is_named() -> None:
    with pytest.raises(ValueError, match="splunk"):
        read_schemas("splunk")
