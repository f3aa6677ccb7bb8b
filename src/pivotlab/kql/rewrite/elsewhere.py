"""Functions that are valid KQL and not run offline, each with the reason."""

from __future__ import annotations

_S2_H3 = "it needs a geospatial library that the lab does not carry"
_SKETCH = "its sketches are an internal format of the service"
_IDENTITY = "there is no signed-in principal in the lab"

NOT_RUN: dict[str, str] = {
    **dict.fromkeys(
        (
            "geo_angle", "geo_azimuth", "geo_closest_point_on_line", "geo_closest_point_on_polygon",
            "geo_distance_point_to_line", "geo_distance_point_to_polygon", "geo_from_wkt",
            "geo_h3cell_children", "geo_h3cell_level", "geo_h3cell_neighbors", "geo_h3cell_parent", "geo_h3cell_rings",
            "geo_h3cell_to_central_point", "geo_h3cell_to_polygon", "geo_intersection_2lines", "geo_intersection_2polygons",
            "geo_intersection_line_with_polygon", "geo_intersects_2lines", "geo_intersects_2polygons",
            "geo_intersects_line_with_polygon", "geo_line_buffer", "geo_line_centroid", "geo_line_densify",
            "geo_line_interpolate_point", "geo_line_length", "geo_line_locate_point", "geo_line_simplify",
            "geo_line_to_s2cells", "geo_point_buffer", "geo_point_in_polygon", "geo_point_to_h3cell", "geo_point_to_s2cell", "geo_polygon_area",
            "geo_polygon_buffer", "geo_polygon_centroid", "geo_polygon_densify", "geo_polygon_perimeter",
            "geo_polygon_simplify", "geo_polygon_to_h3cells", "geo_polygon_to_s2cells", "geo_s2cell_neighbors",
            "geo_s2cell_to_central_point", "geo_s2cell_to_polygon", "geo_simplify_polygons_array",
            "geo_union_lines_array", "geo_union_polygons_array",
        ),
        _S2_H3,
    ),
    **dict.fromkeys(
        (
            "dcount_hll", "hll_merge", "merge_tdigest", "percentile_tdigest", "percentile_array_tdigest",
            "hll", "hll_if", "tdigest", "percentrank_tdigest", "rank_tdigest", "tdigest_isvalid", "hll_isvalid",
        ),
        _SKETCH,
    ),
    **dict.fromkeys(
        (
            "current_principal", "current_principal_details", "current_principal_is_member_of",
            "current_cluster_endpoint", "current_database", "cursor_after", "cursor_before_or_at", "cursor_current",
            "extent_id", "extent_tags", "extent_created_on", "extentid", "current_cursor", "rank_tdigest",
        ),
        _IDENTITY,
    ),
    **dict.fromkeys(("rand", "new_guid"), "its answer would be another one each time; the lab gives the same answers"),
    **dict.fromkeys(
        (
            "series_decompose_forecast", "series_fit_2lines", "series_fit_2lines_dynamic", "series_fit_poly",
            "series_fft", "series_ifft", "series_iir", "series_periods_detect", "series_periods_validate",
            "series_seasonal", "series_cosine_similarity",
        ),
        "its numbers cannot be reproduced exactly from the documentation",
    ),
    **dict.fromkeys(
        ("datetime_utc_to_local", "datetime_local_to_utc"), "time zones change by law, and not every computer has their history"
    ),
    **dict.fromkeys(
        (
            "tdigest_merge", "percentiles_array_tdigest", "rank_tdigest", "beta_cdf", "beta_inv", "beta_pdf", "welch_test", "gzip_decompress_from_base64_string",
            "punycode_domain_from_string", "punycode_domain_to_string", "hash_combine", "hash_many", "bin_auto",
            "estimate_data_size", "row_rank", "datetime_list_timezones", "cnt", "passthrough",
            "stored_query_result", "materialized_view", "external_table", "entity_group", "rowstore_ordinal_range",
        ),
        "it is not part of the taught subset",
    ),
    **dict.fromkeys(("set_equals", "row_id"), "its page does not say what it gives in every case"),
    **dict.fromkeys(
        ("all", "inner_nodes", "labels", "map", "node_degree_in", "node_degree_out", "node_id", "current_node_id"),
        "it belongs to graphs",
    ),
    "base64_decode_toguid": "the documentation contradicts itself about the order of the bytes",
    **dict.fromkeys(
        ("zlib_compress_to_base64_string", "zlib_decompress_from_base64_string", "gzip_compress_to_base64_string"),
        "it is not part of the taught subset",
    ),
}  # fmt: skip
"""Function -> why it is refused."""
